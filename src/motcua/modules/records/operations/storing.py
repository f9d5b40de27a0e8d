"""The holder's electronic store: keep a paper, reuse it in a dossier, say who may, end it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import keyed, record
from motcua.engine.files.api import open_file, store
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.privacy.api import blind
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local, now, today
from motcua.kernel.text import squeeze
from motcua.modules.dossiers.api import DossierOutline, PaperOutline, attach_paper
from motcua.modules.records import permissions as may
from motcua.modules.records.data import Consent, Done, PaperDraft
from motcua.modules.records.errors import RecordsRefused
from motcua.modules.records.events import CODES
from motcua.modules.records.models import Digitisation, Paper, Reuse, Scope, Source
from motcua.modules.records.rules import Reusable, refusal
from motcua.modules.records.states import Kept, Scan, Used
from motcua.modules.records.work import (
    Row,
    Work,
    at_work,
    changed,
    operation,
    refuse_repeated,
    required,
    signature_of,
    stored,
)
from motcua.reference.applicants.api import Applicant, ids_of_person

_DIGITISED = (Scan.ACCEPTED, Scan.CERTIFIED)
_HOW = ("account", "form", "law")


@operation
def keep_paper(
    viewer: Viewer, uid: uuid.UUID, draft: PaperDraft, *, idempotency_key: str | None = None
) -> Done:
    """Puts a paper of a dossier into its applicant's store: a component digitised and checked, one sent online, or data
    of a national register. The same content of the same kind is kept once: then the paper that is there is answered.

    Raises NotPermitted, RecordsRefused records.keep.*, records.component.
    """
    with at_work(viewer, uid, "keep", idempotency_key) as work:
        _check_draft(draft)
        values = _of_component(work, draft.component) if draft.component is not None else _of_register(draft)
        if values["digest"]:
            known = Paper.objects.filter(
                province_id=work.dossier.province_id,
                holder_id__in=_records_of(work.dossier.applicant_id),
                kind_code=draft.kind_code,
                digest=values["digest"],
                state=Kept.VALID,
            ).first()
            if known is not None:
                return Done(known.uid, known.state, repeated=True)
        paper = _kept(work, draft, values)
        return work.tell("paper:kept", paper.uid, paper.state, paper=told_of(paper))


def keep_register_data(
    viewer: Viewer,
    province: Province,
    register_code: str,
    name: str,
    holders: Sequence[tuple[int, str]],
) -> int:
    """Puts data of a national register (`name`: what they say) into the stores of many applicants at once, as they come
    when the register is joined: (key of the applicant, reference of the data). One event tells how many. Returns how many.

    Raises NotPermitted without records.papers.keep over the whole province, RecordsRefused records.keep.register.
    """
    viewer.require(may.KEEP, province=province, unit_path="/")
    if not squeeze(register_code) or any(not squeeze(reference) for _holder, reference in holders):
        raise RecordsRefused(
            "keep.register",
            _("Hãy chọn thành phần đã số hóa, hoặc ghi mã cơ sở dữ liệu và mã tra cứu của dữ liệu."),
        )
    moment = now()
    rows = [
        Paper(
            province=province,
            unit_code=province.agency_code,
            unit_path="/",
            holder_id=holder,
            name=squeeze(name)[:500],
            reference=squeeze(reference)[:200],
            source=Source.REGISTER,
            register_code=register_code[:60],
            kept_at=moment,
        )
        for holder, reference in holders
    ]
    with transaction.atomic():
        Paper.objects.bulk_create(rows, batch_size=1_000)
        record(
            CODES["register:kept"],
            province=province,
            subject=f"province:{province.key}",
            payload={"register": register_code, "count": len(rows)},
            actor=viewer.user if viewer.signed_in else None,  # type: ignore[arg-type]
            unit_code=province.agency_code,
            unit_path="/",
        )
    return len(rows)


def _check_draft(draft: PaperDraft) -> None:
    if not squeeze(draft.name):
        raise RecordsRefused("keep.name", _("Hãy ghi tên giấy tờ."))
    if draft.scope not in Scope.values:
        raise RecordsRefused("keep.scope", _("Hãy chọn phạm vi dùng lại trong danh sách."))
    if draft.issued_on is not None and draft.issued_on > today():
        raise RecordsRefused("keep.dates", _("Ngày cấp không thể sau hôm nay."))
    if draft.valid_until is not None and draft.valid_until < (draft.issued_on or draft.valid_until):
        raise RecordsRefused("keep.dates", _("Ngày hết hạn phải từ ngày cấp trở đi."))


def _of_component(work: Work, number: int) -> Row:
    paper = work.component(number)
    scan = Digitisation.objects.filter(dossier_uid=work.dossier.uid, number=number).first()
    if scan is not None and scan.state in _DIGITISED:
        return _file_values(Source.SCANNED, scan.file_id, scan.digest, scan.signature)
    if work.dossier.channel == 2 and paper.file_id is not None:
        file = stored(work.dossier.province_id, paper.file_id)
        return _file_values(Source.ONLINE, file.pk, file.digest, signature_of(file))
    raise RecordsRefused(
        "keep.unchecked",
        _("Thành phần “{name}” chưa có bản số hóa được kiểm tra; hãy quét và kiểm tra trước khi đưa vào kho.").format(
            name=paper.name
        ),
    )  # fmt: skip


def _file_values(source: str, file_id: int | None, digest: str, signature: str) -> Row:
    return {
        "source": str(source),
        "file_id": file_id,
        "digest": digest,
        "signature": signature,
        "register_code": "",
    }


def _of_register(draft: PaperDraft) -> Row:
    if not squeeze(draft.register_code) or not squeeze(draft.reference):
        raise RecordsRefused(
            "keep.register",
            _("Hãy chọn thành phần đã số hóa, hoặc ghi mã cơ sở dữ liệu và mã tra cứu của dữ liệu."),
        )
    return _file_values(Source.REGISTER, None, "", "none") | {"register_code": draft.register_code[:60]}


def _kept(work: Work, draft: PaperDraft, values: Row) -> Paper:
    number = squeeze(draft.number)[:100]
    unit = next(
        seat
        for seat in (work.dossier.receiving, work.dossier.handling)
        if work.viewer is None
        or work.viewer.may(may.KEEP, province=work.dossier.province_id, unit_path=seat[1])
    )
    return Paper.objects.create(
        province_id=work.dossier.province_id,
        unit_code=unit[0],
        unit_path=unit[1],
        holder_id=work.dossier.applicant_id,
        kind_code=draft.kind_code[:60],
        name=squeeze(draft.name)[:500],
        number=number,
        number_blind=blind(number, context="records.number"),
        issued_by=squeeze(draft.issued_by)[:300],
        issued_on=draft.issued_on,
        valid_until=draft.valid_until,
        reference=squeeze(draft.reference)[:200],
        scope=draft.scope,
        dossier_uid=work.dossier.uid,
        component=draft.component,
        kept_at=work.now,
        kept_by_id=work.user_id,
        **values,
    )


def told_of(paper: Paper) -> Row:
    """A paper as events tell it: codes, days and keys; its number and reference stay sealed in the table."""
    names = (
        "uid", "holder_id", "kind_code", "source", "register_code", "file_id", "digest", "signature", "scope", "state",
        "issued_on", "valid_until", "dossier_uid", "component", "unit_code", "unit_path",
    )  # fmt: skip
    return {name: getattr(paper, name) for name in names}


def _records_of(applicant_id: int) -> list[int]:
    return ids_of_person(Applicant(pk=applicant_id))


# -- reuse ------------------------------------------------------------------------------------------


@operation
def reuse_paper(
    viewer: Viewer,
    uid: uuid.UUID,
    number: int,
    paper: uuid.UUID,
    consent: Consent,
    *,
    idempotency_key: str | None = None,
) -> Done:
    """Uses a paper of the applicant's (or submitter's) store in the place of a component asked for: its file is attached
    to the component. Raises NotPermitted, RecordsRefused records.reuse.* (expired, withdrawn, without consent ...)."""
    with at_work(viewer, uid, "reuse", idempotency_key) as work:
        component = work.component(number)
        _refuse_taken(work, number)
        found = _paper_of_holder(work, paper)
        _refuse_use(work, found, consent)
        if found.file_id is not None:
            _attach(work, component, found)
        made = Reuse.objects.create(
            province_id=work.dossier.province_id,
            dossier_uid=uid,
            number=number,
            paper=found,
            register_code=found.register_code,
            consent=consent.how,
            consented_on=consent.on,
            used_at=work.now,
            used_by_id=viewer.user_id,  # type: ignore[misc]
        )
        return work.tell(
            "reuse:used",
            made.uid,
            made.state,
            numbers=str(number),
            reuse={
                "number": number,
                "paper": found.uid,
                "register_code": found.register_code,
                "consent": consent.how,
                "consented_on": consent.on,
                "state": made.state,
            },
        )


def _refuse_taken(work: Work, number: int) -> None:
    if Reuse.objects.filter(dossier_uid=work.dossier.uid, number=number, state=Used.USED).exists():
        raise RecordsRefused("reuse.already", _("Thành phần này đã dùng lại giấy tờ trong kho."))
    scan = Digitisation.objects.filter(dossier_uid=work.dossier.uid, number=number).first()
    work.check(scan.state if scan is not None else Scan.DUE)


def _paper_of_holder(work: Work, uid: uuid.UUID) -> Paper:
    """The paper, when the applicant or the submitter of the dossier holds it, held until the transaction ends."""
    people = (work.dossier.applicant_id, work.dossier.submitter_id)
    records = [key for person in people if person is not None for key in _records_of(person)]
    found = (
        Paper.objects.select_for_update()
        .filter(uid=uid, province_id=work.dossier.province_id, holder_id__in=records)
        .first()
    )
    if found is None:
        raise RecordsRefused(
            "reuse.holder", _("Người nộp hồ sơ không có giấy tờ này trong kho; hãy chọn giấy tờ trong danh sách.")
        )  # fmt: skip
    return found


def _refuse_use(work: Work, paper: Paper, consent: Consent) -> None:
    if consent.how not in _HOW:
        raise RecordsRefused("reuse.consent", _("Hãy ghi người giữ giấy tờ đồng ý bằng cách nào."))
    reusable = Reusable(paper.state, paper.scope, paper.signature, paper.valid_until, paper.unit_path)
    paths = (work.dossier.receiving[1], work.dossier.handling[1])
    reason = refusal(reusable, local(work.now).date(), consent.how, consent.on, paths)
    if reason:
        raise RecordsRefused(f"reuse.{reason}", _refusal_words(reason, paper))


def _refusal_words(reason: str, paper: Paper) -> str:
    if reason == "expired":
        return _("Giấy tờ hết hạn từ ngày {day:%d/%m/%Y}; người nộp phải nộp giấy tờ mới.").format(
            day=paper.valid_until
        )
    return {
        "withdrawn": _("Giấy tờ đã bị thu hồi nên không dùng lại được; người nộp phải nộp giấy tờ mới."),
        "replaced": _("Giấy tờ đã được thay thế; hãy chọn bản mới trong kho."),
        "altered": _("Tệp đã thay đổi sau khi ký số nên không dùng lại được."),
        "nobody": _("Giấy tờ này được đặt không cho dùng lại."),
        "of-unit": _("Giấy tờ này chỉ đơn vị đã đưa vào kho được dùng lại."),
        "consent-later": _("Ngày người giữ giấy tờ đồng ý không thể sau hôm nay."),
        "consent": _("Phải có sự đồng ý của người giữ giấy tờ (Nghị định 45/2020/NĐ-CP, Điều 16)."),
    }[reason]


def _attach(work: Work, component: PaperOutline, paper: Paper) -> None:
    """The officer's own entry of the same content, so that the dossier's rule on files holds."""
    assert work.viewer is not None and paper.file_id is not None
    kept = stored(work.dossier.province_id, paper.file_id)
    with open_file(kept) as content:
        copy = store(content, name=kept.display_name, province=work.province, viewer=work.viewer)
    attach_paper(work.viewer, work.dossier.uid, component.number, copy.pk)


@operation
def take_back_reuse(
    viewer: Viewer, uid: uuid.UUID, number: int, reason: str, *, idempotency_key: str | None = None
) -> Done:
    """The paper of the store no longer stands in the place of the component, which is asked for again."""
    text = required(reason, "reuse.reason", _("Hãy ghi vì sao thôi dùng lại giấy tờ này."))
    with at_work(viewer, uid, "take_back", idempotency_key) as work:
        work.component(number)
        used = Reuse.objects.filter(dossier_uid=uid, number=number, state=Used.USED).first()
        if used is None:
            raise RecordsRefused("reuse.none", _("Thành phần này không dùng lại giấy tờ nào trong kho."))
        values = {"state": str(Used.TAKEN_BACK), "ended_at": work.now, "ended_reason": text}
        told = changed(used, values)
        return work.tell(
            "reuse:taken-back", used.uid, used.state, numbers=str(number), reuse={"number": number} | told
        )


# -- the paper itself -------------------------------------------------------------------------------


@operation
def scope_paper(viewer: Viewer, paper: uuid.UUID, scope: str, *, idempotency_key: str | None = None) -> Done:
    """Says who may reuse a paper: by its holder's wish or a rule on shared data."""
    if scope not in Scope.values:
        raise RecordsRefused("keep.scope", _("Hãy chọn phạm vi dùng lại trong danh sách."))
    with _held_paper(viewer, paper, "scope", idempotency_key) as (found, key):
        told = changed(found, {"scope": scope})
        return _tell(viewer, found, "paper:scoped", told, key)


@operation
def withdraw_paper(
    viewer: Viewer, paper: uuid.UUID, reason: str, *, idempotency_key: str | None = None
) -> Done:
    """Ends a paper (revoked by who issued it, put in by mistake): from now on it is not reused. What it was used for
    before stays. The paper of an electronic result is withdrawn with the result. Raises RecordsRefused records.paper.*"""
    text = required(reason, "paper.reason", _("Hãy ghi lý do thu hồi giấy tờ."))
    with _held_paper(viewer, paper, "end", idempotency_key) as (found, key):
        if found.state != Kept.VALID:
            raise RecordsRefused("paper.ended", _("Giấy tờ này đã hết được dùng từ trước."))
        if found.source == Source.ISSUED:
            raise RecordsRefused(
                "paper.of-result", _("Đây là kết quả điện tử của hồ sơ; hãy thu hồi kết quả tại hồ sơ đã cấp.")
            )  # fmt: skip
        told = end_paper(found, Kept.WITHDRAWN, text)
        return _tell(viewer, found, "paper:ended", told, key)


def end_paper(paper: Paper, state: Kept, reason: str) -> Row:
    """The columns of a paper that is withdrawn or replaced."""
    return changed(paper, {"state": str(state), "ended_at": now(), "ended_reason": reason})


@contextmanager
def _held_paper(
    viewer: Viewer, uid: uuid.UUID, name: str, idempotency_key: str | None
) -> Iterator[tuple[Paper, str | None]]:
    """A paper whose unit the viewer may withdraw for, locked; for all others there is none."""
    key = keyed(f"paper-{name}", uid, idempotency_key)
    with transaction.atomic():
        found = Paper.objects.select_for_update().filter(uid=uid).first()
        if found is None:
            raise NotPermitted(may.WITHDRAW)
        viewer.require(may.WITHDRAW, province=found.province_id, unit_path=found.unit_path)
        refuse_repeated(found.province_id, key)
        yield found, key


def _tell(viewer: Viewer, paper: Paper, name: str, told: Row, key: str | None) -> Done:
    record(
        CODES[name],
        province=paper.province,
        subject=f"paper:{paper.uid}",
        payload={"uid": paper.uid, "state": paper.state, "set": told},
        actor=viewer.user,  # type: ignore[arg-type]
        unit_code=paper.unit_code,
        unit_path=paper.unit_path,
        idempotency_key=key,
    )
    return Done(paper.uid, paper.state)


def paper_of_result(dossier: DossierOutline, unit: tuple[str, str], values: Row) -> Paper:
    """The paper by which an issued result comes into its holder's store; the one that is there already, if any."""
    number = str(values.pop("number"))
    known = Paper.objects.filter(
        province_id=dossier.province_id,
        holder_id=dossier.applicant_id,
        kind_code=values["kind_code"],
        digest=values["digest"],
        state=Kept.VALID,
    ).first()
    if known is not None:
        return known
    return Paper.objects.create(
        province_id=dossier.province_id,
        unit_code=unit[0],
        unit_path=unit[1],
        holder_id=dossier.applicant_id,
        number=number,
        number_blind=blind(number, context="records.number"),
        source=Source.ISSUED,
        dossier_uid=dossier.uid,
        kept_at=now(),
        **values,
    )
