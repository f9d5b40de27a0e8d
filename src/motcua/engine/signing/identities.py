"""Certificates of persons and units: added, issued for trying out, put away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives import serialization
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.events.api import record
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.signing import development, keys
from motcua.engine.signing.authority import Signatory
from motcua.engine.signing.errors import SigningRefused
from motcua.engine.signing.events import ADDED, RETIRED
from motcua.engine.signing.models import KeyKind, SigningIdentity
from motcua.engine.signing.permissions import MANAGE, VIEW
from motcua.engine.signing.trust import name_of
from motcua.kernel.clock import now

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

LARGEST_KEY, LARGEST_PICTURE = 64 * 1024, 512 * 1024
PNG = b"\x89PNG\r\n\x1a\n"


def add_pkcs12(
    viewer: Viewer,
    data: bytes,
    passphrase: str,
    *,
    unit: Signatory,
    user: User | None = None,
    asks_secret: bool = True,
    picture: bytes = b"",
) -> SigningIdentity:
    """Takes a PKCS#12 file of a person (`user`) or of the unit, sealed in the data folder.

    asks_secret: the passphrase is not kept; every signature asks for it. picture: PNG of the hand's signature or the
    seal. Raises NotPermitted, SigningRefused signing.key.{secret,large}, signing.picture.kind,
    signing.certificate.{expired,known}.
    """
    _require(viewer, unit, user)
    if len(data) > LARGEST_KEY:
        raise SigningRefused("signing.key.large", _("Tệp khóa quá lớn, không phải PKCS#12."))
    signer = keys.read_pkcs12(data, passphrase)
    assert signer.signing_cert is not None
    kept = keys.Kept(data, "" if asks_secret else passphrase, _picture(picture))
    return _add(signer.signing_cert, unit, user, KeyKind.PKCS12, asks_secret=asks_secret, kept=kept)


def add_pkcs11(
    viewer: Viewer,
    *,
    module: str,
    token: str,
    label: str,
    pin: str,
    unit: Signatory,
    user: User | None = None,
    picture: bytes = b"",
) -> SigningIdentity:
    """Names a key on a token of this machine (HSM, smart card); the PIN is asked at every signature and never kept.

    Raises as `add_pkcs12`, and SigningRefused signing.token.*.
    """
    _require(viewer, unit, user)
    certificate = keys.token_certificate(module, token, label, pin)
    kept = keys.Kept(picture=_picture(picture))
    where = _Where(module, token, label)
    return _add(certificate, unit, user, KeyKind.PKCS11, kept=kept, where=where)


def issue_development(
    name: str,
    *,
    organisation: str,
    unit: Signatory,
    user: User | None = None,
    title: str = "",
    picture: bytes = b"",
) -> SigningIdentity:
    """A certificate of this machine's own authority, for trying out. Asks for no passphrase.

    Raises SigningRefused signing.development.forbidden outside a demonstration.
    """
    pair, above = development.issue(name, organisation=organisation, title=title)
    passphrase = "development"  # noqa: S105 -- the file lies sealed; this only satisfies its format
    kept = keys.Kept(development.as_pkcs12(pair, above, passphrase), passphrase, _picture(picture))
    return _add(pair.asn1, unit, user, KeyKind.DEVELOPMENT, asks_secret=False, kept=kept)


def retire_identity(viewer: Viewer, identity: SigningIdentity) -> SigningIdentity:
    """Nobody signs with it any more, and its key is removed from the data folder. Certificates stay, for the record."""
    with transaction.atomic():
        row = SigningIdentity.objects.select_for_update().get(pk=identity.pk)
        _require(viewer, Signatory(row.province_id, row.unit_code, row.unit_path), row.user)
        if row.retired_at is None:
            row.retired_at = now()
            row.save(update_fields=["retired_at"])
            _record(RETIRED, row)
    keys.forget(row.uid)
    return row


def identities_of(user: User) -> models.QuerySet[SigningIdentity]:
    """The person's own, the newest first."""
    return SigningIdentity.objects.filter(user=user).order_by("-id")


def identity_of_unit(unit: Signatory) -> SigningIdentity | None:
    """The certificate in force a unit seals with: the newest one."""
    moment = now()
    rows = SigningIdentity.objects.filter(
        province_id=unit.province_id, unit_path=unit.unit_path, user__isnull=True, retired_at__isnull=True
    )
    return rows.filter(valid_from__lte=moment, valid_to__gte=moment).order_by("-id").first()


def visible_identities(viewer: Viewer) -> models.QuerySet[SigningIdentity]:
    """Those of units and people within the viewer's units."""
    rows = viewer.within(SigningIdentity.objects.all(), VIEW)
    return rows.select_related("user").order_by("unit_path", "-id")


@contextmanager
def signer_of(identity: SigningIdentity, secret: str) -> Iterator[Signer]:
    """The key behind an identity, for one signature. Raises SigningRefused signing.key.*, signing.token.*."""
    if identity.kind == KeyKind.PKCS11:
        with keys.token_signer(identity.module, identity.token, identity.key_label, secret) as signer:
            _same(signer, identity)
            yield signer
        return
    kept = keys.kept_of(identity.uid)
    signer = keys.read_pkcs12(kept.pkcs12, secret if identity.asks_secret else kept.passphrase)
    _same(signer, identity)
    yield signer


def certificate_of(identity: SigningIdentity) -> Certificate:
    return Certificate.load(bytes(identity.certificate))


def picture_of(identity: SigningIdentity) -> bytes:
    """PNG of the hand's signature or the seal; empty where there is none."""
    return keys.kept_of(identity.uid).picture if identity.kind != KeyKind.PKCS11 else _token_picture(identity)


def _token_picture(identity: SigningIdentity) -> bytes:
    try:
        return keys.kept_of(identity.uid).picture
    except SigningRefused:  # a restored backup: the key is on the token, only the picture is lost
        return b""


def _same(signer: Signer, identity: SigningIdentity) -> None:
    certificate = signer.signing_cert
    if certificate is None or certificate.dump() != bytes(identity.certificate):
        raise SigningRefused(
            "signing.key.other", _("Khóa trên thiết bị hoặc trong tệp không thuộc chứng thư số đã đăng ký.")
        )


def _require(viewer: Viewer, unit: Signatory, user: User | None) -> None:
    """The own certificate, or who manages those of the unit."""
    if user is not None and user.pk == viewer.user_id:
        return
    if user is not None and not user.is_active:
        raise NotPermitted(MANAGE)
    viewer.require(MANAGE, province=unit.province_id, unit_path=unit.unit_path)


class _Where(NamedTuple):
    """On which token of the machine a key lies."""

    module: str = ""
    token: str = ""
    key_label: str = ""


_ELSEWHERE = _Where()


def _add(
    certificate: Certificate,
    unit: Signatory,
    user: User | None,
    kind: KeyKind,
    *,
    kept: keys.Kept,
    asks_secret: bool = True,
    where: _Where = _ELSEWHERE,
) -> SigningIdentity:
    if certificate.not_valid_after < now():
        raise SigningRefused(
            "signing.certificate.expired",
            _("Chứng thư số của {name} đã hết hạn.").format(name=name_of(certificate)),
        )
    try:
        with transaction.atomic():
            row = SigningIdentity.objects.create(
                province_id=unit.province_id,
                unit_code=unit.unit_code,
                unit_path=unit.unit_path,
                user=user,
                kind=kind,
                subject=certificate.subject.human_friendly[:500],
                issuer=certificate.issuer.human_friendly[:500],
                serial=f"{certificate.serial_number:x}",
                certificate=certificate.dump(),
                valid_from=certificate.not_valid_before,
                valid_to=certificate.not_valid_after,
                asks_secret=asks_secret,
                added_at=now(),
                module=where.module,
                token=where.token,
                key_label=where.key_label,
            )
            _record(ADDED, row)
            keys.keep(row.uid, kept)
    except IntegrityError as error:
        raise SigningRefused(
            "signing.certificate.known", _("Chứng thư số này đã được nạp từ trước.")
        ) from error
    return row


def _record(type_: str, row: SigningIdentity) -> None:
    record(
        type_,
        province=row.province,
        subject=f"identity:{row.uid}",
        payload={"serial": row.serial, "kind": row.kind, "person": row.user_id is not None},
        unit_code=row.unit_code,
        unit_path=row.unit_path,
    )


def _picture(data: bytes) -> bytes:
    if data and (not data.startswith(PNG) or len(data) > LARGEST_PICTURE):
        raise SigningRefused(
            "signing.picture.kind", _("Ảnh chữ ký hoặc con dấu phải là PNG nền trong suốt, không quá 512 KB.")
        )
    return data


def public_bytes(identity: SigningIdentity) -> bytes:
    """The certificate as PEM, for download."""
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(bytes(identity.certificate))
    return certificate.public_bytes(serialization.Encoding.PEM)
