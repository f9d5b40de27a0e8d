"""A certificate authority of this machine, for demonstration and tests: root, issuing, time stamps, revocation lists.

Its certificates say in their names that they are for trying out, and nobody outside this data folder trusts them.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate as Asn1Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.utils.translation import gettext as _

from motcua.engine.database.api import data_dir
from motcua.engine.privacy.api import open_sealed, seal
from motcua.engine.signing.errors import SigningRefused
from motcua.engine.signing.keys import write
from motcua.engine.signing.trust import Trust
from motcua.kernel import clock

if TYPE_CHECKING:
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

ORGANISATION = "motcua – chỉ để dùng thử"
ROOT, ISSUING, STAMPS = "root", "issuing", "timestamps"
NAMES = {
    ROOT: "Chứng thư gốc dùng thử",
    ISSUING: "Nơi cấp chứng thư số dùng thử",
    STAMPS: "Dịch vụ dấu thời gian dùng thử",
}
CONTEXT = "signing.development"
_YEARS = {ROOT: 20, ISSUING: 15, STAMPS: 15}
LIST_DAYS = 30


Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def asn1(self) -> Asn1Certificate:
        return Asn1Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))


def folder() -> Path:
    return data_dir() / "signing" / "development"


def allowed() -> bool:
    """In a demonstration, or where MOTCUA_SIGNING_DEVELOPMENT=1 asks for it."""
    return any(
        os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}
        for name in ("MOTCUA_DEMO", "MOTCUA_SIGNING_DEVELOPMENT")
    )


def exists() -> bool:
    return (folder() / f"{STAMPS}.pem").exists()


def development_trust() -> Trust:
    """The authority's root with its lists, renewed when they run out; nothing where it is not allowed or not there."""
    if not allowed() or not exists():
        return Trust()
    return Trust((_pair(ROOT).asn1,), (_pair(ISSUING).asn1,), (_list(ROOT), _list(ISSUING)))


def make() -> None:
    """The authority, once. Raises SigningRefused signing.development.forbidden."""
    if not allowed():
        raise SigningRefused(
            "signing.development.forbidden",
            _(
                "Nơi cấp chứng thư dùng thử chỉ có trong bản trình diễn, hoặc khi đặt MOTCUA_SIGNING_DEVELOPMENT=1."
            ),
        )
    if exists():
        return
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    root = _make(ROOT, None)
    issuing = _make(ISSUING, root)
    _make(STAMPS, issuing)


def issue(
    name: str,
    *,
    organisation: str,
    title: str = "",
    days: int = 3 * 365,
    start: dt.datetime | None = None,
) -> tuple[Pair, tuple[x509.Certificate, ...]]:
    """A certificate for a person or an organisation, with the certificates above it."""
    make()
    issuing = _pair(ISSUING)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
        x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
    ]
    if title:
        attributes.insert(2, x509.NameAttribute(NameOID.TITLE, title[:64]))
    certificate = (
        _builder(x509.Name(attributes), key, issuing, days, start)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .sign(issuing.key, hashes.SHA256())
    )
    return Pair(certificate, key), (issuing.certificate, _pair(ROOT).certificate)


def as_pkcs12(pair: Pair, above: tuple[x509.Certificate, ...], passphrase: str) -> bytes:
    """A PKCS#12 file of a certificate, its key and the certificates above it."""
    return pkcs12.serialize_key_and_certificates(
        b"motcua",
        pair.key,
        pair.certificate,
        list(above),
        serialization.BestAvailableEncryption(passphrase.encode("utf-8")),
    )


def revoke(serial: int, *, at: dt.datetime | None = None) -> None:
    """Puts a certificate on the issuing authority's list."""
    path = folder() / "revoked.txt"
    known = path.read_text(encoding="ascii") if path.exists() else ""
    path.write_text(f"{known}{serial:x} {int((at or clock.now()).timestamp())}\n", encoding="ascii")
    _write_list(ISSUING)


def time_stamper(fixed: dt.datetime | None = None) -> DummyTimeStamper:
    """The authority's own time stamp service, in this process."""
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper  # slow to load
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    make()
    pair = _pair(STAMPS)
    key = pair.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return DummyTimeStamper(
        tsa_cert=pair.asn1,
        tsa_key=PrivateKeyInfo.load(key),
        certs_to_embed=SimpleCertificateStore.from_certs([_pair(ISSUING).asn1, _pair(ROOT).asn1]),
        fixed_dt=fixed or clock.now().astimezone(dt.UTC),
    )


def _make(role: str, above: Pair | None) -> Pair:
    key: Key = ec.generate_private_key(ec.SECP256R1())
    if role == STAMPS:  # the stand-in for a time stamp service knows RSA only
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, NAMES[role]),
        ]
    )
    start = clock.now() - dt.timedelta(days=5 * 365)  # papers of the made-up past are signed too
    builder = _builder(name, key, above, _YEARS[role] * 365, start)
    if role == STAMPS:
        builder = (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        )
    else:
        builder = builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        ).add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    certificate = builder.sign(above.key if above else key, hashes.SHA256())
    pair = Pair(certificate, key)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write(folder() / f"{role}.key", seal(secret.decode("ascii"), context=CONTEXT))
    write(folder() / f"{role}.pem", certificate.public_bytes(serialization.Encoding.PEM))
    if role != STAMPS:
        _write_list(role)
    return pair


def _builder(
    name: x509.Name,
    key: Key,
    above: Pair | None,
    days: int,
    start: dt.datetime | None,
) -> x509.CertificateBuilder:
    first = (start or clock.now() - dt.timedelta(days=1)).astimezone(dt.UTC).replace(microsecond=0)
    issuer_key = above.key.public_key() if above else key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(above.certificate.subject if above else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(first + dt.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _usage(**given: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: given.get(name, False) for name in names})


def _pair(role: str) -> Pair:
    secret = open_sealed((folder() / f"{role}.key").read_bytes(), context=CONTEXT)
    key = serialization.load_pem_private_key(secret.encode("ascii"), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
    return Pair(x509.load_pem_x509_certificate((folder() / f"{role}.pem").read_bytes()), key)


def _list(role: str) -> bytes:
    """The revocation list of an authority, made anew when it runs out."""
    path = folder() / f"{role}.crl"
    known = x509.load_der_x509_crl(path.read_bytes())
    end = known.next_update_utc
    if end is None or end < clock.now() + dt.timedelta(days=1) or known.last_update_utc > clock.now():
        _write_list(role)
    return path.read_bytes()


def _write_list(role: str) -> None:
    pair = _pair(role)
    moment = clock.now().astimezone(dt.UTC).replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(pair.certificate.subject)
        .last_update(moment)
        .next_update(moment + dt.timedelta(days=LIST_DAYS))
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(pair.key.public_key()), critical=False
        )
    )
    path = folder() / "revoked.txt"
    rows = path.read_text(encoding="ascii").split("\n") if role == ISSUING and path.exists() else []
    for serial, when in (row.split() for row in rows if row):
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(int(serial, 16))
            .revocation_date(dt.datetime.fromtimestamp(int(when), dt.UTC))
            .build()
        )
    write(
        folder() / f"{role}.crl",
        builder.sign(pair.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER),
    )
