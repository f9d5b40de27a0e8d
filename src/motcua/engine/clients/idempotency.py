"""A request with an Idempotency-Key does its work once, however often it is sent."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from motcua.engine.clients.errors import ApiError
from motcua.engine.clients.models import ANSWER_CONTEXT, ApiClient, IdempotentAnswer
from motcua.engine.privacy.api import open_sealed, seal
from motcua.engine.statements.api import fetch_each, run
from motcua.kernel.clock import now

HEADER = "Idempotency-Key"
MULTIPART = "multipart/form-data"
KEEP = dt.timedelta(hours=48)
WAIT = "5s"  # for the same key that another request is at just now

_CLAIM = (
    "INSERT INTO clients_idempotentanswer (client_id, key, request_digest, status, body, created_at) "
    "VALUES (%s, %s, %s, NULL, '', %s) ON CONFLICT (client_id, key) DO NOTHING RETURNING id"
)

_PATIENCE = "SELECT set_config('lock_timeout', %s, true)"
_KEEP_ANSWER = "UPDATE clients_idempotentanswer SET status = %s, body = %s WHERE id = %s"


def once(client: ApiClient, request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Answers a request once: `work` and the stored answer are one transaction, and a repetition gets that answer.

    An answer that is no success is not kept, and whatever was written for it is taken back: the key may be tried
    again. Raises ApiError 400 api.idempotency.missing, 409 api.idempotency.reused (the key came with another
    request), 409 api.idempotency.busy (the first one is still at work).
    """
    key = _key_of(request)
    digest = digest_of_request(request)
    with transaction.atomic():
        claimed = _claim(client, key, digest)
        if claimed is None:
            return _again(client, key, digest)
        answer = work()
        if 200 <= answer.status_code < 300:
            body = seal(answer.content.decode(), context=ANSWER_CONTEXT)
            run(_KEEP_ANSWER, [answer.status_code, body, claimed])
        else:
            transaction.set_rollback(True)
        return answer


def digest_of_request(request: HttpRequest) -> bytes:
    """SHA-256 of method, address with its query, and body; of a form with files its fields and files, since the
    boundary between them is another each time it is sent."""
    parts = (request.method or "", request.get_full_path())
    digest = hashlib.sha256("\n".join(parts).encode() + b"\n")
    if request.content_type == MULTIPART:
        _add_form(digest, request)
    else:
        digest.update(request.body)
    return digest.digest()


def _add_form(digest: hashlib._Hash, request: HttpRequest) -> None:
    """Each part with its length before it, so that no two forms read alike. Files are read piece by piece."""
    for name, values in sorted(request.POST.lists()):
        for value in values:
            _add_parts(digest, "field", name, str(value))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            _add_parts(digest, "file", name, file.name or "", str(file.size))
            for piece in file.chunks():
                digest.update(piece)
            file.seek(0)


def _add_parts(digest: hashlib._Hash, *parts: str) -> None:
    for part in parts:
        text = part.encode()
        digest.update(f"{len(text)}:".encode() + text)


def _key_of(request: HttpRequest) -> str:
    key = request.headers.get(HEADER, "").strip()
    if not 8 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise ApiError(
            400,
            "api.idempotency.missing",
            _("Mỗi yêu cầu ghi phải có phần đầu Idempotency-Key dài 8–200 ký tự, riêng cho từng việc."),
            where=f"header.{HEADER}",
        )
    return key


def _claim(client: ApiClient, key: str, digest: bytes) -> int | None:
    """The id of our row, or None when the key was used; waits while another request of the key is at work."""
    claim = (_CLAIM, [client.pk, key, digest, now()])
    try:
        _was, rows, _is = fetch_each([(_PATIENCE, [WAIT]), claim, (_PATIENCE, ["0"])])
    except OperationalError as error:
        raise ApiError(
            409,
            "api.idempotency.busy",
            _("Yêu cầu trước mang cùng Idempotency-Key còn đang chạy; hãy gửi lại sau vài giây."),
            where=f"header.{HEADER}",
            retry_after=5,
        ) from error
    return int(rows[0][0]) if rows else None


def _again(client: ApiClient, key: str, digest: bytes) -> HttpResponse:
    kept = IdempotentAnswer.objects.get(client=client, key=key)
    if bytes(kept.request_digest) != digest:
        raise ApiError(
            409,
            "api.idempotency.reused",
            _("Idempotency-Key này đã dùng cho một yêu cầu có nội dung khác; hãy dùng khóa mới."),
            where=f"header.{HEADER}",
        )
    body = open_sealed(bytes(kept.body), context=ANSWER_CONTEXT)
    answer = HttpResponse(body, status=kept.status, content_type="application/json; charset=utf-8")
    answer["Idempotent-Replayed"] = "true"
    return answer


def forget_answers() -> int:
    """Removes answers of more than two days ago; returns how many."""
    old = IdempotentAnswer.objects.filter(created_at__lt=now() - KEEP).values("pk")[:20_000]
    return IdempotentAnswer.objects.filter(pk__in=old).delete()[0]
