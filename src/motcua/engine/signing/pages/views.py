"""Own certificates, those of units, adding and putting away; and the public check of a file."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.clients.api import caller_address
from motcua.engine.permissions.api import PUBLIC, SIGNED_IN, ViewedRequest, page
from motcua.engine.signing import development
from motcua.engine.signing.authority import Signatory
from motcua.engine.signing.errors import SigningRefused
from motcua.engine.signing.identities import (
    LARGEST_KEY,
    LARGEST_PICTURE,
    add_pkcs12,
    identities_of,
    issue_development,
    public_bytes,
    retire_identity,
    visible_identities,
)
from motcua.engine.signing.installation import signing_trust
from motcua.engine.signing.models import SigningIdentity
from motcua.engine.signing.permissions import MANAGE, VIEW
from motcua.kernel.clock import now

SHOWN = 100
LARGEST_OF_STRANGERS, LARGEST = 1_000_000, 20_000_000  # bytes of a file to check
CHECKS_OF_ADDRESS, WINDOW = 60, 15 * 60


@page(SIGNED_IN)
def own(request: ViewedRequest) -> HttpResponse:
    """The visitor's own certificates."""
    user = request.viewer.user
    rows = list(identities_of(user)[:SHOWN]) if isinstance(user, User) else []
    return render(request, "signing/own.html", _context(request, rows))


@page(VIEW)
def units(request: ViewedRequest) -> HttpResponse:
    """Certificates of units and people within the viewer's units."""
    rows = visible_identities(request.viewer).filter(province=request.province or None)[:SHOWN]
    return render(request, "signing/units.html", _context(request, list(rows)))


@page(SIGNED_IN, methods=("POST",))
def add(request: ViewedRequest) -> HttpResponse:
    """Takes a PKCS#12 file: of the visitor, or of a unit the visitor manages."""
    of_unit = request.POST.get("cua") == "don-vi"
    try:
        unit = _unit(request)
        if request.POST.get("thu") == "1":
            _issue(request, unit, of_unit)
        else:
            add_pkcs12(
                request.viewer,
                _sent(request, "file", LARGEST_KEY),
                request.POST.get("passphrase", "")[:200],
                unit=unit,
                user=None if of_unit else request.user,  # type: ignore[arg-type]
                asks_secret=request.POST.get("ask") == "1" or not of_unit,
                picture=_sent(request, "picture", LARGEST_PICTURE),
            )
    except SigningRefused as refusal:
        rows = list(_list_of(request, of_unit))
        context = _context(request, rows) | {"refusal": refusal.message}
        return render(request, "signing/units.html" if of_unit else "signing/own.html", context, status=422)
    messages.success(request, _("Đã nạp chứng thư số."))
    return redirect("signing:units" if of_unit else "signing:own")


@page(SIGNED_IN, methods=("POST",))
def retire(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Puts a certificate away and removes its key."""
    row = _visible(request, uid)
    retire_identity(request.viewer, row)
    messages.success(request, _("Đã cất chứng thư số; khóa đã xóa khỏi máy chủ."))
    return redirect("signing:own" if row.user_id == request.viewer.user_id else "signing:units")


@page(SIGNED_IN)
def certificate(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """The certificate without its key, as PEM."""
    answer = HttpResponse(public_bytes(_visible(request, uid)), content_type="application/x-pem-file")
    answer["Content-Disposition"] = 'attachment; filename="chung-thu.pem"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@page(PUBLIC, methods=("GET", "POST"))
def check(request: ViewedRequest) -> HttpResponse:
    """Who signed a file, when, and what changed since. The file is read in memory and kept nowhere."""
    limit = LARGEST if request.viewer.signed_in else LARGEST_OF_STRANGERS
    context: dict[str, Any] = {"megabytes": limit // 1_000_000}
    status = 200
    if request.method == "POST":
        sent = request.FILES.get("file")
        if _too_often(request):
            status, context["refusal"] = 429, _("Đã kiểm tra quá nhiều tệp; hãy đợi 15 phút rồi thử lại.")
        elif sent is None or not sent.size:
            status, context["refusal"] = 422, _("Hãy chọn một tệp PDF.")
        elif sent.size > limit:
            status, context["refusal"] = (
                422,
                _("Tệp lớn hơn {megabytes} MB.").format(megabytes=limit // 1_000_000),
            )
        else:
            from motcua.engine.signing.checking import verify  # slow to load

            context |= {"name": sent.name, "paper": verify(sent.read(), signing_trust(fetch=False))}
    answer = render(request, "signing/check.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _too_often(request: ViewedRequest) -> bool:
    """Checking costs processor time: so many files of an address in a quarter of an hour."""
    if request.viewer.signed_in:
        return False
    key = f"signing.check:{caller_address(request)}"
    cache.add(key, 0, WINDOW)
    return cache.incr(key) > CHECKS_OF_ADDRESS


def _context(request: ViewedRequest, rows: list[SigningIdentity]) -> dict[str, Any]:
    moment = now()
    return {
        "trying": development.allowed(),
        "rows": [{"identity": row, "holds": row.holds_at(moment)} for row in rows],
        "may_add": _has_unit(request),
        "may_manage": request.viewer.may(MANAGE),
        "may_view": request.viewer.may(VIEW),
    }


def _list_of(request: ViewedRequest, of_unit: bool) -> list[SigningIdentity]:
    if of_unit:
        return list(visible_identities(request.viewer).filter(province=request.province or None)[:SHOWN])
    return list(identities_of(request.user)[:SHOWN])  # type: ignore[arg-type]


def _issue(request: ViewedRequest, unit: Signatory, of_unit: bool) -> None:
    """A certificate for trying out: of the visitor, or of a unit the visitor manages."""
    organisation = request.province.title()
    name = request.POST.get("name", "").strip()[:64]
    if not of_unit:
        user = request.user
        assert isinstance(user, User)
        issue_development(user.display_name, organisation=organisation, unit=unit, user=user)
        return
    request.viewer.require(MANAGE, province=unit.province_id, unit_path=unit.unit_path)
    if not name:
        raise SigningRefused("signing.name.missing", _("Hãy ghi tên cơ quan trên chứng thư."))
    issue_development(name, organisation=organisation, unit=unit)


def _has_unit(request: ViewedRequest) -> bool:
    try:
        _unit(request)
    except SigningRefused:
        return False
    return True


def _unit(request: ViewedRequest) -> Signatory:
    """The unit a certificate is added for: the one named in the form, else that of the visitor's first post."""
    province = request.province
    grants = request.viewer.grants if province else ()
    held = next((one for one in grants if one.province_id in (None, province.pk)), None)
    if held is None:
        raise SigningRefused(
            "signing.unit.none", _("Bạn chưa giữ vị trí nào trong tỉnh này nên chưa nạp được chứng thư số.")
        )
    named = request.POST.get("unit_path", "").strip()[:300] if request.POST.get("cua") == "don-vi" else ""
    path = named or held.unit_path
    code = path.strip("/").rsplit("/", 1)[-1] if path != "/" else province.agency_code
    return Signatory(province.pk, code[:35], path)


def _visible(request: ViewedRequest, uid: uuid.UUID) -> SigningIdentity:
    """An own certificate, or one within the viewer's units; else "not found"."""
    row = SigningIdentity.objects.filter(uid=uid, user_id=request.viewer.user_id or 0).first()
    row = row or visible_identities(request.viewer).filter(uid=uid).first()
    if row is None:
        raise Http404
    return row


def _sent(request: ViewedRequest, name: str, limit: int) -> bytes:
    """A sent file, no more of it than the limit and one byte, which is then refused."""
    sent = request.FILES.get(name)
    return sent.read(limit + 1) if sent is not None else b""
