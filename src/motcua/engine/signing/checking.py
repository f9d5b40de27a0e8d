"""Who signed what, when, and what changed since. Needs no database: `motcua verify` and the public page ask here."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import io
import re
from typing import Any

from asn1crypto.x509 import Certificate
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from motcua.engine.signing.errors import SigningRefused
from motcua.engine.signing.pdf import fields_in, label_of, value_of
from motcua.engine.signing.places import DAY, NUMBER, PERSON, SEAL
from motcua.engine.signing.trust import Trust, check_soon, name_of
from motcua.engine.signing.verified import (
    CHANGED,
    GOOD,
    UNSIGNED,
    UNTRUSTED,
    VerifiedPaper,
    VerifiedSignature,
)
from motcua.kernel import clock

_TRACE = re.compile(rb"/ByteRange\b")


def verify(pdf: bytes, trust: Trust, *, at: dt.datetime | None = None) -> VerifiedPaper:
    """Judges every signature of a file. Never raises for a file that is broken: it says so.

    at: the moment for certificates of signatures without a trusted time stamp; now, if not given.
    """
    return asyncio.run(_verified(pdf, trust, at or clock.now()))


async def _verified(pdf: bytes, trust: Trust, at: dt.datetime) -> VerifiedPaper:
    digest = hashlib.sha256(pdf).hexdigest()
    traces = len(_TRACE.findall(pdf))
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        embedded = list(reader.embedded_signatures)
        fields = fields_in(reader)
        values = {
            name: str(value_of(field, "/V", "")) for name, field in fields.items() if name in (NUMBER, DAY)
        }
        trust = _with_kept(reader, trust)
    except Exception:  # a broken file breaks the reader in any way it likes
        problem = _("Tệp hỏng, đã bị sửa hoặc không phải PDF: không đọc được cấu trúc.")
        return VerifiedPaper(CHANGED, digest, "", "", (), (problem,))
    signatures = []
    problems = []
    for one in embedded:
        try:
            signatures.append(await _judged(one, embedded, values, trust, at))
        except Exception:  # as above: a signature that cannot be read is no signature
            problems.append(_("Chữ ký ở ô “{field}” hỏng, không đọc được.").format(field=one.fq_name))
    if traces > len(embedded):
        problems.append(_("Tệp có dấu vết chữ ký số mà không đọc được: tệp đã bị sửa."))
    return VerifiedPaper(
        _state(signatures, problems),
        digest,
        values.get(NUMBER, ""),
        values.get(DAY, ""),
        tuple(signatures),
        tuple(problems),
    )


def _state(signatures: list[VerifiedSignature], problems: list[str]) -> str:
    if problems or not all(one.intact and one.allowed for one in signatures):
        return CHANGED
    if not signatures:
        return UNSIGNED
    if any(
        one.trust_code in ("signing.certificate.revoked", "signing.certificate.expired") for one in signatures
    ):
        return CHANGED
    return GOOD if all(one.trusted for one in signatures) else UNTRUSTED


def _with_kept(reader: PdfFileReader, trust: Trust) -> Trust:
    """Trust with the certificates and revocation lists that the file keeps; each is signed by its issuer."""
    try:
        kept = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return trust
    certificates = [Certificate.load(ref.get_object().data) for ref in kept.certs.values()]
    return trust.plus(between=certificates, lists=[ref.get_object().data for ref in kept.crls])


async def _judged(
    one: EmbeddedPdfSignature,
    everyone: list[EmbeddedPdfSignature],
    values: dict[str, str],
    trust: Trust,
    at: dt.datetime,
) -> VerifiedSignature:
    others = one.other_embedded_certs
    context = trust.context(at, others)
    is_stamp = one.sig_object_type == "/DocTimeStamp"
    stamped_at, stamped_by, stamp_problem = None, "", ""
    if is_stamp:
        status: Any = await async_validate_pdf_timestamp(one, context)
        stamped_at = status.timestamp
    else:
        status = await async_validate_pdf_signature(one, context, ts_validation_context=context)
        token = status.timestamp_validity
        if token is not None and token.intact and token.valid:
            stamped_by = name_of(token.signing_cert)
            if token.trusted:
                stamped_at = token.timestamp
            else:
                stamp_problem = _(
                    "Dấu thời gian của {name} không được tin cậy nên không dùng để xác định thời điểm ký."
                ).format(name=stamped_by)
    moment = stamped_at or at
    code, why = await _trust_of(one.signer_cert, trust, moment, others, is_stamp)
    intact = status.intact and status.valid and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    changes, allowed = _changes(one, everyone, values, status)
    problems = [] if intact else [_("Nội dung mà chữ ký này bảo vệ đã bị sửa.")]
    problems += [text for text in (stamp_problem, why) if text]
    certificate = one.signer_cert
    subject = certificate.subject.native
    return VerifiedSignature(
        field=one.fq_name,
        role=_role(one.fq_name, is_stamp),
        signer=name_of(certificate),
        organisation=str(subject.get("organization_name") or ""),
        serial=f"{certificate.serial_number:x}",
        issuer=str(certificate.issuer.native.get("common_name") or certificate.issuer.human_friendly),
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
        claimed_at=None if is_stamp else status.signer_reported_dt,
        timestamped_at=stamped_at,
        timestamped_by=stamped_by,
        judged_at=moment,
        reason=str(value_of(one.sig_object, "/Reason", "")),
        place=str(value_of(one.sig_object, "/Location", "")),
        revision=one.signed_revision + 1,
        revisions=one.reader.xrefs.total_revisions,
        covers_all=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        intact=intact,
        allowed=allowed,
        trusted=not code,
        trust_code=code,
        problems=tuple(problems),
        changes=changes,
    )


async def _trust_of(
    certificate: Certificate, trust: Trust, moment: dt.datetime, others: list[Certificate], is_stamp: bool
) -> tuple[str, str]:
    """Code and words of why a certificate is not trusted; empty when it is."""
    try:
        await check_soon(certificate, trust, moment, others, usage=set() if is_stamp else None)
    except SigningRefused as refusal:
        return refusal.code, refusal.message
    return "", ""


def _changes(
    one: EmbeddedPdfSignature, everyone: list[EmbeddedPdfSignature], values: dict[str, str], status: Any
) -> tuple[tuple[str, ...], bool]:
    """What came after a signature, in words, and whether it is of the kinds the signature allows."""
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return (), True
    found = one.diff_result
    if found is None or isinstance(found, SuspiciousModification):
        return (_("Nội dung văn bản bị sửa sau chữ ký này, ngoài những gì được phép."),), False
    signers = {other.fq_name: name_of(other.signer_cert) for other in everyone}
    changed = sorted(found.changed_form_fields, key=lambda name: (name in signers, name))
    lines = [_changed_field(name, values, signers) for name in changed]
    if found.modification_level == ModificationLevel.LTA_UPDATES:
        lines.append(_("Bổ sung dữ liệu để kiểm tra chữ ký về sau."))
    if found.modification_level >= ModificationLevel.ANNOTATIONS:
        lines.append(_("Thêm ghi chú hoặc thay đổi khác."))
    return tuple(lines), bool(status.docmdp_ok)


def _changed_field(name: str, values: dict[str, str], signers: dict[str, str]) -> str:
    if name in signers:
        return _("Thêm chữ ký số của {name}.").format(name=signers[name])
    if name == NUMBER:
        return _("Điền số, ký hiệu: {value}.").format(value=values.get(name, ""))
    if name == DAY:
        return _("Điền ngày ban hành: {value}.").format(value=values.get(name, ""))
    return _("Điền ô “{field}”.").format(field=name if name not in (PERSON, SEAL) else label_of(name))


def _role(field: str, is_stamp: bool) -> str:
    if is_stamp:
        return "timestamp"
    if field == SEAL:
        return "organisation"
    return "person" if field.startswith(PERSON) else "other"
