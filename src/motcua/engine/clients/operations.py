"""Opening, changing and shutting a client."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.clients.errors import ClientsError
from motcua.engine.clients.events import CHANGED, CREATED, REVOKED, ROTATED
from motcua.engine.clients.models import MARK, ApiClient, Subscription
from motcua.engine.clients.permissions import MANAGE
from motcua.engine.clients.scopes import is_scope
from motcua.engine.clients.units import find_unit
from motcua.engine.events.api import record
from motcua.engine.outbox.api import withdraw_lane
from motcua.engine.permissions.api import Grant, NotPermitted, Role, Viewer
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import now, today
from motcua.kernel.ids import uuid7
from motcua.kernel.text import squeeze
from motcua.kernel.tokens import digest_of_token, new_token

GRANT_SOURCE = "client"
FORMER_TOKEN = dt.timedelta(hours=24)
MOST_PER_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Draft:
    """What an administrator decides about a client. `unit_code`: "" for the whole province. `networks`: CIDR."""

    name: str
    role: str
    scopes: tuple[str, ...]
    unit_code: str = ""
    per_minute: int = 600
    networks: tuple[str, ...] = ()
    expires_at: dt.datetime | None = None


def create_client(viewer: Viewer, province: Province, draft: Draft) -> tuple[ApiClient, str]:
    """Opens a client with a service account that holds one role over one unit; returns it with its token.

    The token is kept nowhere and cannot be shown again. The account has no password: nobody signs in with it.
    Raises NotPermitted; ClientsError clients.name, clients.role.unknown, clients.unit.unknown, clients.scope.unknown,
    clients.rate, clients.network.
    """
    viewer.require(MANAGE, province=province, unit_path="/")
    name = _checked_name(draft.name)
    scopes, networks = _checked_scopes(draft.scopes), _checked_networks(draft.networks)
    rate = _checked_rate(draft.per_minute)
    role = Role.objects.filter(code=draft.role).first()
    if role is None:
        raise ClientsError("clients.role.unknown", _("Hãy chọn một vai trò trong danh sách."))
    unit = find_unit(province, draft.unit_code)
    if unit is None:
        raise ClientsError(
            "clients.unit.unknown",
            _("Không có đơn vị mang mã “{code}” đang hoạt động trong tỉnh.").format(code=draft.unit_code),
        )
    token = new_token(MARK)
    with transaction.atomic():
        uid = uuid7()
        account = User.objects.create_user(f"api.{uid.hex}", None, display_name=name)
        client = ApiClient.objects.create(
            uid=uid,
            province=province,
            name=name,
            user=account,
            token_prefix=token[:11],
            token_digest=digest_of_token(token),
            scopes=scopes,
            networks=networks,
            per_minute=rate,
            created_at=now(),
            expires_at=draft.expires_at,
        )
        Grant.objects.create(
            user=account,
            role=role,
            province=province,
            unit_code=unit[0],
            unit_path=unit[1],
            source=GRANT_SOURCE,
            valid_from=today(),
        )
        _tell(viewer, CREATED, client, {"role": role.code, "scopes": ", ".join(scopes), "unit": unit[0]})
    return client, token


def change_client(
    viewer: Viewer,
    province: Province,
    uid: UUID,
    *,
    scopes: Iterable[str],
    per_minute: int,
    networks: Iterable[str] = (),
    expires_at: dt.datetime | None = None,
) -> ApiClient:
    """Other scopes, rate, networks and end of a client. Raises NotPermitted, ClientsError as `create_client`, and
    clients.client.unknown, clients.client.revoked."""
    viewer.require(MANAGE, province=province, unit_path="/")
    chosen, allowed = _checked_scopes(scopes), _checked_networks(networks)
    rate = _checked_rate(per_minute)
    with transaction.atomic():
        client = _locked(province, uid)
        client.scopes, client.networks, client.per_minute = chosen, allowed, rate
        client.expires_at = expires_at
        client.save(update_fields=["scopes", "networks", "per_minute", "expires_at"])
        _tell(viewer, CHANGED, client, {"scopes": ", ".join(chosen), "per_minute": rate})
    return client


def rotate_client(
    viewer: Viewer, province: Province, uid: UUID, *, keep_former: bool
) -> tuple[ApiClient, str]:
    """A new token. keep_former: the present one works a day longer, so that the other side can change over.

    Raises NotPermitted; ClientsError clients.client.unknown, clients.client.revoked.
    """
    viewer.require(MANAGE, province=province, unit_path="/")
    token = new_token(MARK)
    with transaction.atomic():
        client = _locked(province, uid)
        client.former_digest = client.token_digest if keep_former else None
        client.former_until = now() + FORMER_TOKEN if keep_former else None
        client.token_prefix, client.token_digest = token[:11], digest_of_token(token)
        client.save(update_fields=["former_digest", "former_until", "token_prefix", "token_digest"])
        _tell(viewer, ROTATED, client, {"former": keep_former})
    return client, token


def revoke_client(viewer: Viewer, province: Province, uid: UUID) -> ApiClient:
    """Shuts a client for good: its tokens, its grants, its webhooks. Raises as `rotate_client`."""
    viewer.require(MANAGE, province=province, unit_path="/")
    with transaction.atomic():
        client = _locked(province, uid)
        client.revoked_at, client.former_digest, client.former_until = now(), None, None
        client.save(update_fields=["revoked_at", "former_digest", "former_until"])
        Grant.objects.filter(source=GRANT_SOURCE, user_id=client.user_id).delete()
        User.objects.filter(pk=client.user_id).update(is_active=False)
        for hook in client.subscriptions.exclude(state=Subscription.State.REMOVED):
            withdraw_lane(hook.lane, hook.province_id)
        client.subscriptions.update(state=Subscription.State.REMOVED)
        _tell(viewer, REVOKED, client, {})
    return client


def _locked(province: Province, uid: UUID) -> ApiClient:
    client = ApiClient.objects.select_for_update().filter(province=province, uid=uid).first()
    if client is None:
        raise ClientsError("clients.client.unknown", _("Không có kết nối này trong tỉnh."))
    if client.revoked_at is not None:
        raise ClientsError("clients.client.revoked", _("Kết nối này đã bị khóa; hãy mở kết nối mới."))
    return client


def _checked_name(text: str) -> str:
    name = squeeze(text)
    if not 2 <= len(name) <= 200:
        raise ClientsError("clients.name", _("Tên kết nối phải có từ 2 đến 200 ký tự."))
    return name


def _checked_scopes(scopes: Iterable[str]) -> list[str]:
    chosen = sorted(set(scopes))
    unknown = [code for code in chosen if not is_scope(code)]
    if unknown:
        raise ClientsError(
            "clients.scope.unknown", _("Không có phạm vi “{code}”.").format(code=", ".join(unknown))
        )
    return chosen


def _checked_networks(networks: Iterable[str]) -> list[str]:
    found = []
    for text in networks:
        try:
            found.append(str(ipaddress.ip_network(text.strip(), strict=False)))
        except ValueError as error:
            raise ClientsError(
                "clients.network",
                _("“{text}” không phải dải địa chỉ mạng; hãy ghi như 10.1.2.0/24.").format(text=text[:50]),
            ) from error
    return found


def _checked_rate(per_minute: int) -> int:
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise ClientsError(
            "clients.rate",
            _("Số lần gọi một phút phải từ 1 đến {most}.").format(most=MOST_PER_MINUTE),
        )
    return per_minute


def person_of(viewer: Viewer) -> User:
    if not isinstance(viewer.user, User):
        raise NotPermitted(MANAGE)
    return viewer.user


def _tell(viewer: Viewer, type_: str, client: ApiClient, payload: dict[str, object]) -> None:
    record(
        type_,
        province=Province.objects.get(pk=client.province_id),
        subject=f"client:{client.uid}",
        payload={"name": client.name} | payload,
        actor=person_of(viewer),
    )
