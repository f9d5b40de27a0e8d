"""Whom we trust, and whether a certificate held at a moment. Needs no database and no Django settings."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from asn1crypto import crl as asn1_crl
from asn1crypto import pem
from asn1crypto.x509 import Certificate
from django.utils.translation import gettext as _

from motcua.engine.database.api import data_dir
from motcua.engine.signing.errors import SigningRefused

if TYPE_CHECKING:
    from pyhanko_certvalidator import ValidationContext

# Their warnings name the people in certificates, which no log may hold; what they find is told by our own words.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

CERTIFICATE_FILES = (".pem", ".crt", ".cer", ".der")
USAGE = {"non_repudiation"}


@dataclass(frozen=True, slots=True)
class Trust:
    """Root certificates, certificates between, and revocation lists (DER)."""

    roots: tuple[Certificate, ...] = ()
    between: tuple[Certificate, ...] = ()
    lists: tuple[bytes, ...] = ()

    def context(self, moment: dt.datetime, others: Iterable[Certificate] = ()) -> ValidationContext:
        """For pyHanko: revocation must be known, nothing is fetched."""
        from pyhanko_certvalidator import ValidationContext  # slow to load

        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=[*self.between, *others],
            moment=moment.astimezone(dt.UTC),
            crls=list(self.lists),
            revocation_mode="require",
            # A list of after the moment tells what was revoked at it.
            retroactive_revinfo=True,
            allow_fetching=False,
        )

    def plus(
        self,
        *,
        roots: Iterable[Certificate] = (),
        between: Iterable[Certificate] = (),
        lists: Iterable[bytes] = (),
    ) -> Trust:
        return replace(
            self,
            roots=(*self.roots, *roots),
            between=(*self.between, *between),
            lists=(*self.lists, *lists),
        )


def trust_folder() -> Path:
    """Certificates put here by the administrator are trusted as roots; lists beside them in `crls`."""
    return data_dir() / "signing" / "trust"


def crl_folder() -> Path:
    return data_dir() / "signing" / "crls"


def folder_trust() -> Trust:
    """What the data folder trusts: self-signed certificates as roots, others as certificates between."""
    found = [
        one
        for path in _files(trust_folder(), CERTIFICATE_FILES)
        for one in read_certificates(path.read_bytes())
    ]
    lists = tuple(read_list(path.read_bytes()) for path in _files(crl_folder(), (".crl", ".pem")))
    roots = tuple(one for one in found if one.self_issued)
    return Trust(roots, tuple(one for one in found if not one.self_issued), lists)


def read_certificates(data: bytes) -> list[Certificate]:
    """Certificates of a PEM file (one or more) or a DER file. Raises SigningRefused signing.certificate.unreadable."""
    try:
        if pem.detect(data):
            ders = [der for kind, _headers, der in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE"]
        else:
            ders = [data]
        certificates = [Certificate.load(der, strict=True) for der in ders]
        for certificate in certificates:
            certificate.subject.native  # noqa: B018 -- parsed when asked
        if not certificates:
            raise ValueError("no certificate")
    except (ValueError, TypeError) as error:
        raise SigningRefused(
            "signing.certificate.unreadable", _("Tệp chứng thư số không đọc được; hãy chọn tệp PEM hoặc DER.")
        ) from error
    return certificates


def read_list(data: bytes) -> bytes:
    """A revocation list as DER. Raises SigningRefused signing.list.unreadable."""
    try:
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        asn1_crl.CertificateList.load(der, strict=True).issuer.native  # noqa: B018 -- parsed when asked
    except (ValueError, TypeError) as error:
        raise SigningRefused(
            "signing.list.unreadable", _("Danh sách chứng thư số bị thu hồi (CRL) không đọc được.")
        ) from error
    return bytes(der)


def check(
    certificate: Certificate, trust: Trust, moment: dt.datetime, others: Sequence[Certificate] = ()
) -> None:
    """That the certificate may sign papers at that moment: in force, from a trusted root, not revoked.

    Raises SigningRefused signing.certificate.{early,expired,revoked,untrusted,usage}, signing.revocation.unknown.
    """
    asyncio.run(check_soon(certificate, trust, moment, others))


async def check_soon(
    certificate: Certificate,
    trust: Trust,
    moment: dt.datetime,
    others: Sequence[Certificate] = (),
    usage: set[str] | None = None,
) -> None:
    """`check`, for code that runs in an event loop."""
    from pyhanko_certvalidator import CertificateValidator, errors  # slow to load

    if moment < certificate.not_valid_before:
        raise _refusal("early", certificate)
    if moment > certificate.not_valid_after:
        raise _refusal("expired", certificate)
    validator = CertificateValidator(
        certificate, intermediate_certs=list(others), validation_context=trust.context(moment, others)
    )
    try:
        await validator.async_validate_usage(USAGE if usage is None else usage)
    except errors.RevokedError as error:
        raise _refusal("revoked", certificate) from error
    except errors.InsufficientRevinfoError as error:
        raise SigningRefused(
            "signing.revocation.unknown",
            _(
                "Không kiểm tra được chứng thư số có bị thu hồi hay không: thiếu danh sách thu hồi (CRL) còn hiệu lực của nơi cấp."
            ),
        ) from error
    except (errors.ExpiredError, errors.NotYetValidError) as error:
        raise _refusal("expired", certificate) from error
    except errors.InvalidCertificateError as error:
        raise _refusal("usage", certificate) from error
    except (errors.PathBuildingError, errors.PathValidationError) as error:
        raise _refusal("untrusted", certificate) from error


def _refusal(reason: str, certificate: Certificate) -> SigningRefused:
    words = {
        "early": _("Chứng thư số của {name} chưa đến ngày có hiệu lực ({start})."),
        "expired": _("Chứng thư số của {name} đã hết hạn từ {end}, hoặc nơi cấp nó đã hết hạn."),
        "revoked": _("Chứng thư số của {name} đã bị thu hồi."),
        "usage": _("Chứng thư số của {name} không dùng để ký văn bản."),
        "untrusted": _("Chứng thư số của {name} không do nơi cấp được tin cậy cấp."),
    }
    text = words[reason].format(
        name=name_of(certificate),
        start=f"{certificate.not_valid_before:%d/%m/%Y}",
        end=f"{certificate.not_valid_after:%d/%m/%Y}",
    )
    return SigningRefused(f"signing.certificate.{reason}", text)


def name_of(certificate: Certificate) -> str:
    """Whom a certificate names."""
    return str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly)


def _files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in endings)
