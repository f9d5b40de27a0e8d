"""A paper is signed by a person, gets number and day, then the organisation's signature; in this order only.

What is written into a paper is Vietnamese in whichever language the screen is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.documents.api import long_day_text
from motcua.engine.events.api import record
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.engine.registers.api import Series, take_number
from motcua.engine.signing import pdf as files
from motcua.engine.signing import stamps
from motcua.engine.signing.authority import Authority, Signatory, authority_of
from motcua.engine.signing.checking import verify
from motcua.engine.signing.errors import SigningRefused
from motcua.engine.signing.events import NUMBERED, SEALED, SIGNED
from motcua.engine.signing.identities import certificate_of, picture_of, signer_of
from motcua.engine.signing.installation import signing_trust
from motcua.engine.signing.models import Act, SignatureRecord, SigningIdentity
from motcua.engine.signing.permissions import NUMBER, SEAL, SIGN
from motcua.engine.signing.places import DAY, Box
from motcua.engine.signing.places import NUMBER as NUMBER_FIELD
from motcua.engine.signing.places import SEAL as SEAL_FIELD
from motcua.engine.signing.timestamps import time_stamper
from motcua.engine.signing.trust import check, name_of
from motcua.engine.signing.verified import VerifiedPaper
from motcua.kernel.clock import now
from motcua.kernel.text import squeeze

CLOCK_TOLERANCE = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Paper:
    """What is signed: a kind of paper ("result", "slip:05") of a unit, about a subject ("dossier:0190…")."""

    province: Province
    unit_code: str
    unit_path: str
    kind: str
    subject: str = ""

    @property
    def unit(self) -> Signatory:
        return Signatory(self.province.pk, self.unit_code, self.unit_path)


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """The file after one act, and its record."""

    pdf: bytes
    record: SignatureRecord


def sign_as_person(
    viewer: Viewer,
    pdf: bytes,
    paper: Paper,
    identity: SigningIdentity,
    *,
    secret: str = "",
    place: str = "",
    reason: str = "",
) -> SignedPaper:
    """The signature of the person in authority, in the next free field for persons.

    Authority, certificate, its revocation and the clock are checked now. Later only number, day and the fields that
    wait may be filled. Raises NotPermitted, SigningRefused (signing.*), DocumentRefused.
    """
    moment = now()
    user = _own(viewer, identity)
    authority = authority_of(user, paper.unit, paper.kind, moment)
    state = files.state_of(pdf)
    field = next((name for name, done in state.persons.items() if not done), "")
    if not state.persons:
        raise _order("person-none", _("Văn bản này không có ô cho người có thẩm quyền ký."))
    if not field:
        raise _order("person-done", _("Người có thẩm quyền đã ký văn bản này rồi."))
    if state.number or state.seal:
        raise _order(
            "person-late",
            _("Văn bản đã có số hoặc đã có chữ ký của cơ quan; không thêm chữ ký người được nữa."),
        )
    lines = [
        f"Ký bởi: {name_of(certificate_of(identity))}",
        *authority.lines(),
        f"Thời gian ký: {stamps.instant_text(moment)}",
    ]
    look = stamps.person(files.box_of(pdf, field), lines, picture_of(identity))
    first = not any(state.persons.values())
    words = " · ".join(text for text in (squeeze(reason), authority.words()) if text)
    wanted = _Wanted(field, look, words, squeeze(place), certify=first)
    after, stamped = _sign(pdf, state, identity, secret, wanted, moment)
    return _written(viewer, pdf, after, paper, Act.PERSON, identity, moment, stamped, authority=authority)


def fill_number_and_day(
    viewer: Viewer, pdf: bytes, paper: Paper, *, number: str, day: dt.date
) -> SignedPaper:
    """Number, symbol and day, which the clerk gives after the person signed; the person's signature stays valid.

    number: as printed, "15/QĐ-UBND". Raises NotPermitted, SigningRefused signing.order.*, signing.number.length,
    signing.paper.changed.
    """
    viewer.require(NUMBER, province=paper.province, unit_path=paper.unit_path)
    moment = now()
    number = squeeze(number)
    if not 1 <= len(number) <= 60:
        raise SigningRefused("signing.number.length", _("Số, ký hiệu dài từ 1 đến 60 ký tự."))
    state = files.state_of(pdf)
    if state.number is None:
        raise _order("number-none", _("Văn bản này không có ô số, ký hiệu."))
    if not state.signed:
        raise _order("number-early", _("Người có thẩm quyền chưa ký: chưa cấp số cho văn bản được."))
    if state.number or state.seal:
        raise _order("number-done", _("Văn bản đã có số, hoặc đã có chữ ký của cơ quan."))
    _unchanged(pdf, moment)
    values = {NUMBER_FIELD: (number, stamps.line(files.box_of(pdf, NUMBER_FIELD), number))}
    if state.day is not None:
        text = long_day_text(day)
        values[DAY] = (text, stamps.line(files.box_of(pdf, DAY), text, slanted=True))
    after = files.fill(pdf, values)
    _unchanged(after, moment)
    return _written(viewer, pdf, after, paper, Act.NUMBER, None, moment, None, number=number, day=day)


def number_from_register(
    viewer: Viewer, pdf: bytes, paper: Paper, series: Series, *, day: dt.date, symbol: str
) -> SignedPaper:
    """`fill_number_and_day` with the next number of a gapless register, in one transaction: refused, it is given back.

    symbol: what follows the number, such as "QĐ-UBND"; numbers below 10 get a leading zero.
    """
    with transaction.atomic():
        taken = take_number(series, subject=paper.subject or f"paper:{_digest(pdf)[:32]}")
        text = f"{taken.number:02d}/{squeeze(symbol)}" if squeeze(symbol) else f"{taken.number:02d}"
        return fill_number_and_day(viewer, pdf, paper, number=text, day=day)


def seal_as_organisation(
    viewer: Viewer, pdf: bytes, paper: Paper, identity: SigningIdentity, *, name: str, secret: str = ""
) -> SignedPaper:
    """The organisation's signature, the last one: afterwards nothing may change. Only after persons and number.

    name: of the organisation, around a seal that has no picture. Raises NotPermitted, SigningRefused (signing.*).
    """
    viewer.require(SEAL, province=paper.province, unit_path=paper.unit_path)
    moment = now()
    if (
        identity.user_id is not None
        or Signatory(identity.province_id, identity.unit_code, identity.unit_path) != paper.unit
    ):
        raise SigningRefused(
            "signing.identity.other", _("Chứng thư số này không phải của cơ quan ban hành văn bản.")
        )
    _in_use(identity)
    state = files.state_of(pdf)
    if state.seal is None:
        raise _order("seal-none", _("Văn bản này không có ô cho chữ ký của cơ quan."))
    if state.seal:
        raise _order("seal-done", _("Cơ quan đã ký văn bản này rồi."))
    if not state.signed:
        raise _order("seal-early", _("Người có thẩm quyền chưa ký: chưa dùng chữ ký của cơ quan được."))
    if state.number is False:
        raise _order("seal-number", _("Văn bản chưa có số: chưa dùng chữ ký của cơ quan được."))
    box = files.box_of(pdf, SEAL_FIELD)
    look = _seal_look(box, identity, name, moment)
    wanted = _Wanted(SEAL_FIELD, look, files.label_of(SEAL_FIELD), "", certify=not state.persons, last=True)
    after, stamped = _sign(pdf, state, identity, secret, wanted, moment)
    return _written(viewer, pdf, after, paper, Act.ORGANISATION, identity, moment, stamped)


def _seal_look(box: Box, identity: SigningIdentity, name: str, moment: dt.datetime) -> bytes:
    """The seal in a box that is about square; in a long one (slips, copies) words: who and when."""
    if box.width > box.height * 1.5:
        return stamps.copy(box, [squeeze(name), f"Thời gian ký: {stamps.instant_text(moment)}"])
    middle = ["BẢN", "DÙNG THỬ"] if identity.kind == "development" else []
    return stamps.seal(box, f"{squeeze(name)} • ", middle, picture_of(identity))


@dataclass(frozen=True, slots=True)
class _Wanted:
    field: str
    look: bytes
    reason: str
    place: str
    certify: bool
    last: bool = False


def _sign(
    pdf: bytes,
    state: files.State,
    identity: SigningIdentity,
    secret: str,
    wanted: _Wanted,
    moment: dt.datetime,
) -> tuple[bytes, dt.datetime | None]:
    """The file with one more signature, and the moment of its time stamp."""
    _clock(identity, moment)
    if state.begun:
        _unchanged(pdf, moment)
    trust = signing_trust()
    with signer_of(identity, secret) as signer:
        others = [one for one in signer.cert_registry if one.dump() != bytes(identity.certificate)]
        check(certificate_of(identity), trust, moment, others)
        after = files.sign(
            pdf,
            files.Signing(
                field=wanted.field,
                signer=signer,
                context=trust.context(moment, others),
                at=moment,
                look=wanted.look,
                reason=wanted.reason,
                place=wanted.place,
                certify=wanted.certify,
                last=wanted.last,
                timestamper=time_stamper(),
            ),
        )
    stamped = _unchanged(after, moment).signatures[-1].timestamped_at
    if stamped is not None and abs(stamped - moment) > CLOCK_TOLERANCE:
        raise SigningRefused(
            "signing.clock.off",
            _(
                "Đồng hồ máy chủ lệch với dịch vụ dấu thời gian quá {minutes} phút; chưa ký gì. Hãy chỉnh giờ máy chủ."
            ).format(minutes=int(CLOCK_TOLERANCE.total_seconds() // 60)),
        )
    return after, stamped


def _unchanged(pdf: bytes, moment: dt.datetime) -> VerifiedPaper:
    """Every signature that is there still covers what it covered. Raises SigningRefused signing.paper.changed."""
    found = verify(pdf, signing_trust(fetch=False), at=moment)
    if found.problems or not all(one.intact and one.allowed for one in found.signatures):
        raise SigningRefused(
            "signing.paper.changed", _("Văn bản đã bị sửa sau khi ký; không ký hay cấp số tiếp được.")
        )
    return found


def _clock(identity: SigningIdentity, moment: dt.datetime) -> None:
    """A clock that stands before the last signature of this certificate is wrong."""
    last = (
        SignatureRecord.objects.filter(identity=identity)
        .order_by("-id")
        .values_list("done_at", flat=True)
        .first()
    )
    if last is not None and moment < last - CLOCK_TOLERANCE:
        raise SigningRefused(
            "signing.clock.behind",
            _(
                "Đồng hồ máy chủ đứng trước chữ ký gần nhất của chứng thư này; chưa ký gì. Hãy chỉnh giờ máy chủ."
            ),
        )


def _own(viewer: Viewer, identity: SigningIdentity) -> User:
    if viewer.user_id is None:
        raise NotPermitted(SIGN)
    if identity.user is None or identity.user_id != viewer.user_id:
        raise SigningRefused(
            "signing.identity.other", _("Mỗi người chỉ ký bằng chứng thư số của chính mình.")
        )
    _in_use(identity)
    return identity.user


def _in_use(identity: SigningIdentity) -> None:
    if identity.retired_at is not None:
        raise SigningRefused("signing.identity.retired", _("Chứng thư số này đã cất, không dùng nữa."))


def _written(
    viewer: Viewer,
    before: bytes,
    after: bytes,
    paper: Paper,
    act: Act,
    identity: SigningIdentity | None,
    moment: dt.datetime,
    stamped: dt.datetime | None,
    *,
    authority: Authority | None = None,
    number: str = "",
    day: dt.date | None = None,
) -> SignedPaper:
    """The record and its event."""
    if not isinstance(viewer.user, User):
        raise NotPermitted(SIGN)
    authority = authority or Authority()
    with transaction.atomic():
        row = SignatureRecord.objects.create(
            province=paper.province,
            unit_code=paper.unit_code,
            unit_path=paper.unit_path,
            act=act,
            identity=identity,
            user=viewer.user,
            kind=paper.kind,
            subject=paper.subject,
            serial=identity.serial if identity else "",
            number=number,
            day=day,
            form=authority.form,
            stands_for=authority.stands_for,
            basis=authority.basis,
            done_at=moment,
            timestamped_at=stamped,
            digest_before=_digest(before),
            digest_after=_digest(after),
        )
        record(
            {Act.PERSON: SIGNED, Act.NUMBER: NUMBERED, Act.ORGANISATION: SEALED}[act],
            province=paper.province,
            subject=paper.subject or f"signature:{row.uid}",
            payload={
                "kind": paper.kind,
                "serial": row.serial,
                "number": number,
                "form": authority.form,
                "basis": authority.basis,
                "before": row.digest_before,
                "after": row.digest_after,
            },
            unit_code=paper.unit_code,
            unit_path=paper.unit_path,
            occurred_at=moment,
        )
    return SignedPaper(after, row)


def _digest(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


def _order(reason: str, message: str) -> SigningRefused:
    return SigningRefused(f"signing.order.{reason}", message)
