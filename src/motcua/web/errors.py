"""Error pages: what happened, what to do, and the request id to quote."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from motcua.web.api import answers
from motcua.web.api.answers import unknown_address, unreadable


def _answer(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    context = {"title": title, "advice": advice, "status": status}
    return render(request, "web/error.html", context, status=status)


def is_call(request: HttpRequest) -> bool:
    """A program asks, and wants JSON."""
    return request.path_info.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_call(request):
        return unreadable()
    return _answer(
        request,
        400,
        _("Yêu cầu không hợp lệ"),
        _("Trình duyệt đã gửi một yêu cầu mà hệ thống không đọc được. Hãy quay lại trang trước và thử lại."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_call(request):
        return unknown_address()
    return _answer(
        request,
        404,
        _("Không tìm thấy trang"),
        _("Địa chỉ này không có, đã được chuyển đi, hoặc tài khoản của bạn không được xem."),
    )


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """413 for a body of more than `limit` bytes."""
    if is_call(request):
        return answers.too_large(limit)
    return _answer(
        request,
        413,
        _("Nội dung gửi lên quá lớn"),
        _("Mỗi lần gửi tối đa {limit} MB. Hãy gửi tệp nhỏ hơn, hoặc chia làm nhiều lần.").format(
            limit=limit // (1024 * 1024)
        ),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(
        request,
        403,
        _("Phiên làm việc đã hết hạn"),
        _(
            "Biểu mẫu này được mở quá lâu hoặc từ một phiên khác. Hãy tải lại trang rồi gửi lại; chưa có gì bị thay đổi."
        ),
    )


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Needs nothing that may itself be broken: no database, no session, no menu."""
    request_id = getattr(request, "request_id", "")
    return HttpResponse(render_to_string("web/500.html", {"request_id": request_id}), status=500)
