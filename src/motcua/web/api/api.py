"""One API of all routers: the shell's own and those that the rooms registered."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.security import HttpBearer

from motcua.engine.clients.api import Mounted, registered_routers
from motcua.web.api.answers import from_error
from motcua.web.api.routes import router as own
from motcua.web.api.shell import READING, guard, scopes_of

PREFIX = "api/v1/"
TITLE = "API motcua"
ABOUT = (
    "Các phần mềm khác gọi hệ thống một cửa bằng mã truy cập do quản trị hệ thống cấp ở trang Kết nối. Mỗi lần gọi gửi "
    "phần đầu Authorization: Bearer. Mỗi lần ghi gửi thêm Idempotency-Key: gửi lại cùng khóa và cùng nội dung thì "
    "nhận lại đúng câu trả lời cũ, việc không làm hai lần. Lỗi trả về {code, message, where}."
)


class Token(HttpBearer):
    """Says in the OpenAPI document how one signs in; the shell has done it before ninja is asked."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return getattr(request, "client", None)


def build(routers: Iterable[Mounted]) -> NinjaAPI:
    """An API of the shell's own operations and these routers."""
    made = NinjaAPI(
        title=TITLE,
        version="1.0.0",
        description=ABOUT,
        openapi_url=None,
        docs_url=None,
        auth=Token(),
        urls_namespace="api",
    )
    made.add_router("", own)
    for mounted in routers:
        made.add_router(mounted.prefix, mounted.factory(), tags=[mounted.tag] if mounted.tag else None)
    made.exception_handler(Exception)(from_error)
    _override_defaults(made)
    _describe(made)
    return made


@lru_cache(maxsize=1)
def api() -> NinjaAPI:
    """The API, built when addresses are first asked for: after every room is ready."""
    return build(registered_routers())


def _override_defaults(made: NinjaAPI) -> None:
    """ninja's own handlers answer {detail}; ours answer {code, message, where}."""
    for kind in list(made._exception_handlers):
        made._exception_handlers[kind] = from_error


def patterns(made: NinjaAPI) -> list[URLPattern]:
    """Addresses of every router, each within the shell."""
    found = []
    for bound in made._get_bound_routers():
        views = [view for view in bound.path_operations.values() for _operation in view.operations]
        for pattern, view in zip(bound.urls_paths(bound.prefix), views, strict=True):
            guarded = scopes_of(view.operations, pattern.name)
            found.append(
                URLPattern(
                    pattern.pattern, guard(pattern.callback, guarded), pattern.default_args, pattern.name
                )
            )
    return found


def document(made: NinjaAPI) -> dict[str, Any]:
    """The OpenAPI document."""
    schema: dict[str, Any] = made.get_openapi_schema(path_prefix=PREFIX)
    return schema


_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 8, "maxLength": 200, "title": "Idempotency-Key"},
    "description": "Khóa riêng của việc này; gửi lại thì dùng lại đúng khóa ấy",
}


def _describe(made: NinjaAPI) -> None:
    """Writes scope and idempotency key into the document."""
    for bound in made._get_bound_routers():
        for view in bound.path_operations.values():
            for operation in view.operations:
                extra = dict(operation.openapi_extra or {})
                extra["x-scope"] = getattr(operation.view_func, "scope", "")
                if not READING.issuperset(operation.methods):
                    extra["parameters"] = [*extra.get("parameters", []), _KEY]
                operation.openapi_extra = extra
