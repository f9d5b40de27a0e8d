"""Answers in JSON that are no result: {code, message, where}, in Vietnamese."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError

from motcua.engine.clients.api import ApiError
from motcua.engine.permissions.api import NotPermitted

_log = logging.getLogger("motcua.api")
MOST_ERRORS = 20


def answer(
    status: int,
    code: str,
    message: str,
    *,
    where: str = "",
    errors: list[dict[str, str]] | None = None,
    retry_after: int | None = None,
) -> HttpResponse:
    """{code, message, where} and, where several things are wrong, `errors`: a list of the same."""
    body: dict[str, Any] = {"code": code, "message": message, "where": where}
    if errors is not None:
        body["errors"] = errors
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response.error_code = code  # type: ignore[attr-defined]
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="motcua"'
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def from_error(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to anything that an operation raises. Whoever reads it learns nothing about foreign rows."""
    if isinstance(error, ApiError):
        return answer(
            error.status, error.code, error.message, where=error.where, retry_after=error.retry_after
        )
    if isinstance(error, NotPermitted):
        return _not_permitted(request, error)
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, RequestDataTooBig):
        return too_large(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if isinstance(error, ValidationError):
        return _invalid(error)
    if isinstance(error, HttpError):
        return answer(error.status_code, "api.request.unreadable", _("Không đọc được nội dung gửi lên; hãy gửi JSON đúng cú pháp."), where="body")  # fmt: skip
    code = getattr(error, "code", None)
    if type(error).__module__.startswith("motcua.") and isinstance(code, str):
        return answer(_status_of(error, code), code, str(getattr(error, "message", error)))
    return broken(request, error)


def not_found() -> HttpResponse:
    return answer(404, "api.not-found", _("Không có đối tượng này, hoặc mã truy cập không được xem nó."))


def unknown_address() -> HttpResponse:
    """404 of an address under /api/ that there is none."""
    return answer(404, "api.address", _("Không có địa chỉ API này; hãy xem tài liệu ở /api/v1/."))


def unreadable() -> HttpResponse:
    """400 of a request that no program of good will sends."""
    return answer(400, "api.request.unreadable", _("Không đọc được yêu cầu này."))


def too_large(limit: int) -> HttpResponse:
    """413 for a body of more than `limit` bytes."""
    return answer(
        413,
        "api.request.too-large",
        _("Nội dung gửi lên lớn hơn {limit} MB; hãy gửi tệp nhỏ hơn, hoặc chia làm nhiều lần.").format(
            limit=limit // (1024 * 1024)
        ),
        where="body",
    )


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """500; the text of the error stays in the log's keeping, since it may quote a row."""
    _log.error("api call failed", extra={"kind": type(error).__name__}, exc_info=error)
    number = getattr(request, "request_id", "")
    return answer(
        500,
        "api.server-error",
        _(
            "Máy chủ gặp lỗi khi xử lý; không có gì được ghi. Khi báo lỗi, hãy kèm mã yêu cầu {number}."
        ).format(number=number),
    )


def _not_permitted(request: HttpRequest, error: NotPermitted) -> HttpResponse:
    """Somebody who holds the permission elsewhere must not learn whether the thing exists."""
    viewer = getattr(request, "viewer", None)
    if viewer is not None and viewer.may(error.permission):
        return not_found()
    return answer(403, error.code, str(error))


def _status_of(error: Exception, code: str) -> int:
    """404 for what is not there, else 409: the request is well formed, a rule stands against it."""
    given = getattr(error, "status", None)
    if isinstance(given, int):
        return given
    return 404 if code.endswith(".unknown") else 409


def _invalid(error: ValidationError) -> HttpResponse:
    listed = [
        {"code": f"api.field.{one['type']}", "message": _words(one), "where": ".".join(map(str, one["loc"]))}
        for one in error.errors[:MOST_ERRORS]
    ]
    first = listed[0] if listed else {"message": "", "where": ""}
    return answer(422, "api.request.invalid", first["message"], where=first["where"], errors=listed)


def _words(one: dict[str, Any]) -> str:
    kind, context = str(one["type"]), one.get("ctx", {})
    if kind == "missing":
        return _("Thiếu giá trị này.")
    if kind == "extra_forbidden":
        return _("Không có trường này; hãy xem lại tên trường trong tài liệu.")
    if kind in ("string_too_long", "too_long"):
        return _("Dài quá {most}.").format(most=context.get("max_length", ""))
    if kind in ("string_too_short", "too_short"):
        return _("Ngắn hơn {least}.").format(least=context.get("min_length", ""))
    if kind.startswith(("greater_than", "less_than")):
        return _("Nằm ngoài khoảng cho phép.")
    if kind.startswith(("enum", "literal")):
        return _("Phải là một trong các giá trị {values}.").format(values=context.get("expected", ""))
    return _by_family(kind)


def _by_family(kind: str) -> str:
    families = {
        "int": _("Phải là số nguyên."),
        "float": _("Phải là số."),
        "decimal": _("Phải là số."),
        "uuid": _("Phải là mã UUID."),
        "date_": _("Phải là ngày dạng 2026-03-04."),
        "datetime": _("Phải là thời điểm dạng 2026-03-04T10:00:00+07:00."),
        "timezone": _("Thời điểm phải kèm múi giờ, như +07:00."),
        "bool": _("Phải là true hoặc false."),
        "list": _("Phải là một danh sách."),
        "dict": _("Phải là một đối tượng JSON."),
        "model": _("Phải là một đối tượng JSON."),
        "json": _("Phải là JSON đúng cú pháp."),
        "string": _("Phải là chuỗi đúng mẫu."),
    }
    return next(
        (text for start, text in families.items() if kind.startswith(start)), _("Giá trị không hợp lệ.")
    )
