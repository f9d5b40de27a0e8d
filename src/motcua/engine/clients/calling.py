"""One call of the API: whose token, from where, how often, and what is kept of it."""

from __future__ import annotations

import datetime as dt
import hmac
import ipaddress
import re
import threading
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.clients.errors import ApiError
from motcua.engine.clients.models import ApiCall, ApiClient
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province
from motcua.engine.statements.api import Prepared, fetch, run
from motcua.kernel.clock import now
from motcua.kernel.tokens import digest_of_token

_TOKEN = re.compile(r"^mc_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$")
KEEP_CALLS = dt.timedelta(days=30)

# Neither row is worth waiting for the disk: set_config holds for this one statement's transaction.
_RESERVE = """
WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO clients_clientuse AS used (client_id, minute, count) SELECT %s, %s, %s FROM quick
ON CONFLICT (client_id) DO UPDATE SET
  count = CASE WHEN used.minute = excluded.minute THEN used.count + excluded.count ELSE excluded.count END,
  minute = excluded.minute
RETURNING count
"""
_CALL = """
WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO clients_apicall (client_id, at, method, route, status, code, ms, request_id)
SELECT %s, %s, %s, %s, %s, %s, %s, %s FROM quick
"""


def authenticate(request: HttpRequest) -> ApiClient:
    """The client of the bearer token; sets `viewer` and `province` of the request. A session counts for nothing here.

    Raises ApiError 401 api.token.missing, api.token.wrong, api.token.expired; 403 api.network; 429 api.rate.
    """
    client = _client_of(_token_of(request))
    if client.state == "expired":
        raise ApiError(
            401, "api.token.expired", _("Mã truy cập đã hết hạn; hãy xin quản trị hệ thống mã mới.")
        )
    if not _from_allowed(client, request):
        raise ApiError(403, "api.network", _("Kết nối này không được gọi từ địa chỉ mạng của bạn."))
    _count(client)
    request.client = client  # type: ignore[attr-defined]
    request.viewer = Viewer(client.user)  # type: ignore[attr-defined]
    request.province = client.province  # type: ignore[attr-defined]
    return client


def knows_caller(request: HttpRequest) -> bool:
    """Whether the call carries a token that opens something, before its body is read; counts as no call."""
    try:
        client = _client_of(_token_of(request))
    except ApiError:
        return False
    return client.state != "expired" and _from_allowed(client, request)


def _token_of(request: HttpRequest) -> str:
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise ApiError(
            401,
            "api.token.missing",
            _("Thiếu mã truy cập: hãy gửi phần đầu “Authorization: Bearer” kèm mã do quản trị hệ thống cấp."),
            where="header.Authorization",
        )
    return token.strip()


def _client_of(token: str) -> ApiClient:
    if _TOKEN.match(token):
        digest = digest_of_token(token)
        client = _by_token(digest) or _by_former_token(digest)
        if client is not None and client.user.is_active and _same(client, digest):
            return client
    raise ApiError(
        401, "api.token.wrong", _("Mã truy cập không đúng hoặc đã bị khóa."), where="header.Authorization"
    )


_CLIENT, _USER, _PROVINCE = Prepared(ApiClient), Prepared(User), Prepared(Province)


@lru_cache(maxsize=1)
def _by_token_sql() -> str:
    columns = [_CLIENT.columns("client"), _USER.columns("account"), _PROVINCE.columns("province")]
    return " ".join([
        "SELECT", ", ".join(columns), "FROM clients_apiclient client JOIN accounts_user account ON account.id = client.user_id",
        "JOIN provinces_province province ON province.id = client.province_id",
        "WHERE client.token_digest = %s AND client.revoked_at IS NULL",
    ])  # fmt: skip


def _by_token(digest: bytes) -> ApiClient | None:
    """The client with its account and province, in one prepared statement: every call asks it."""
    rows = fetch(_by_token_sql(), [digest])
    if not rows:
        return None
    row, first, second = rows[0], _CLIENT.width, _CLIENT.width + _USER.width
    [client] = _CLIENT.made([row[:first]])
    [client.user] = _USER.made([row[first:second]])
    [client.province] = _PROVINCE.made([row[second:]])
    return client


def _by_former_token(digest: bytes) -> ApiClient | None:
    rows = ApiClient.objects.select_related("user", "province").filter(revoked_at__isnull=True)
    return rows.filter(former_digest=digest, former_until__gt=now()).first()


def _same(client: ApiClient, digest: bytes) -> bool:
    held = (client.token_digest, client.former_digest or b"")
    return any(hmac.compare_digest(bytes(one), digest) for one in held)


def _from_allowed(client: ApiClient, request: HttpRequest) -> bool:
    if not client.networks:
        return True
    try:
        address = ipaddress.ip_address(caller_address(request))
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network) for network in client.networks)


def caller_address(request: HttpRequest) -> str:
    """The address of the caller: the peer, or what our own proxy wrote last when we stand behind one."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if getattr(settings, "BEHIND_TLS", False) and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


@dataclass(slots=True)
class _Permits:
    """Calls this process may still serve in a minute without asking the database."""

    minute: dt.datetime
    left: int


_permits: dict[int, _Permits] = {}
_lock = threading.Lock()


def _count(client: ApiClient) -> None:
    """Never more than `per_minute` calls in a minute over all processes, each of which reserves them in small lots."""
    minute = now().replace(second=0, microsecond=0)
    with _lock:
        held = _permits.get(client.pk)
        if held is not None and held.minute == minute and held.left > 0:
            held.left -= 1
            return
    lot = max(1, client.per_minute // 20)
    reserved = int(fetch(_RESERVE, [client.pk, minute, lot])[0][0])
    granted = lot - max(0, reserved - client.per_minute)
    if granted <= 0:
        raise ApiError(
            429,
            "api.rate",
            _("Kết nối này được gọi tối đa {most} lần một phút; hãy chờ sang phút sau.").format(
                most=client.per_minute
            ),
            retry_after=60 - now().second,
        )
    with _lock:
        _permits[client.pk] = _Permits(minute, granted - 1)
    ApiClient.objects.filter(pk=client.pk).update(last_used_at=now())


def keep_call(request: HttpRequest, *, route: str, status: int, code: str, ms: int) -> None:
    """Notes one call of a known client."""
    client: ApiClient = request.client  # type: ignore[attr-defined]
    request_id = getattr(request, "request_id", "")
    method = (request.method or "")[:10]
    run(_CALL, [client.pk, now(), method, route[:100], status, code[:100], ms, request_id])


def forget_calls() -> int:
    """Removes calls of more than thirty days ago; returns how many."""
    old = ApiCall.objects.filter(at__lt=now() - KEEP_CALLS).values("pk")[:20_000]
    return ApiCall.objects.filter(pk__in=old).delete()[0]
