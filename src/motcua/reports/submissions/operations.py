"""What is done in a reporting cycle: each function checks who and from which state, writes rows and their event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.events.api import record
from motcua.engine.jobs.api import defer
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local, now, today
from motcua.kernel.numbers import format_number
from motcua.reports.forms.api import (
    DEFAULT_VERSION,
    EDIT,
    PROVINCE,
    Derivation,
    FormsError,
    Given,
    ImportBatch,
    PeriodKind,
    Source,
    current_values,
    derive,
    derive_sheet,
    form_set,
    forms_of,
    lock_sheet,
    open_sheet,
    period_name,
    read_cell,
)
from motcua.reports.submissions import events
from motcua.reports.submissions.comparing import compare_periods
from motcua.reports.submissions.errors import SubmissionRefused
from motcua.reports.submissions.judging import counts_of, findings_of, given_cell, rows_of
from motcua.reports.submissions.locking import lock_words
from motcua.reports.submissions.models import Campaign, Remark, Submission, Target, Version
from motcua.reports.submissions.permissions import RUN
from motcua.reports.submissions.planning import plan_of, proposed_externals, proposed_owners, units_of
from motcua.reports.submissions.states import EDITABLE, TABLE, Move, State, operations_from, state_word
from motcua.reports.submissions.versions import digest_of, frozen_cells, moved_rows

REMINDER_DAYS = (3, 1, 0, -1, -3)
MOST_REASON = 500
DAYS_TO_REPORT = {"department": 2, "commune": 2, "province": 5}


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """What a campaign is opened with; what is left empty is proposed by the period and the organisation of its last day."""

    period_kind: str
    period_from: dt.date
    period_to: dt.date
    title: str = ""
    as_of: dt.date | None = None
    form_version: str = DEFAULT_VERSION
    opened_on: dt.date | None = None
    due: Mapping[str, dt.date] | None = None
    owners: Mapping[str, str] | None = None
    externals: Mapping[str, Mapping[str, Any]] | None = None
    reminder_days: Sequence[int] = REMINDER_DAYS


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one of many went: the refusal, or none."""

    submission: Submission
    refusal: SubmissionRefused | FormsError | None = None


def open_campaign(viewer: Viewer, province: Province, draft: CampaignDraft) -> Campaign:
    """Open a collection: one submission for the province, each department and each commune. Not derived yet: a job does.

    Raises NotPermitted; SubmissionRefused submissions.campaign.period, .due, .same, .published, .units.
    """
    viewer.require(RUN, province=province, unit_path=root_of(province))
    due = _due_days(draft)
    units = units_of(province, min(draft.period_to, today()))
    if not units:
        raise SubmissionRefused(
            "campaign.units", _("Tỉnh chưa có sở, ngành, xã, phường nào để thu báo cáo vào ngày cuối kỳ.")
        )
    opened_on = draft.opened_on or draft.period_to + dt.timedelta(days=1)
    by = _user(viewer)
    try:
        with transaction.atomic():
            campaign = Campaign.objects.create(
                province=province,
                title=(draft.title or period_name(draft.period_kind, draft.period_from, draft.period_to))[
                    :200
                ],
                period_kind=draft.period_kind,
                period_from=draft.period_from,
                period_to=draft.period_to,
                as_of=draft.as_of or draft.period_to,
                form_version=draft.form_version,
                opened_on=opened_on,
                due={level: day.isoformat() for level, day in due.items()},
                owners=dict(draft.owners or proposed_owners(draft.form_version, [one for one, _l in units])),
                externals=dict(
                    draft.externals or proposed_externals(province, min(draft.period_to, today()))
                ),
                reminder_days=sorted({int(day) for day in draft.reminder_days}, reverse=True),
                created_by=by,
            )
            places = [(province.agency_code, root_of(province), PROVINCE)]
            places += [(unit.code, unit.path, level) for unit, level in units]
            made = [_open_one(campaign, code, path, level, due[level], by) for code, path, level in places]
            _tell_campaign(events.CAMPAIGN_OPENED, campaign, made, by)
            _derive_later(campaign)
    except IntegrityError:
        raise SubmissionRefused(
            "campaign.same", _("Kỳ này đã mở rồi. Hãy tìm trong danh sách kỳ báo cáo.")
        ) from None
    return campaign


def _due_days(draft: CampaignDraft) -> dict[str, dt.date]:
    if draft.period_kind not in PeriodKind.values or draft.period_to < draft.period_from:
        raise SubmissionRefused("campaign.period", _("Kỳ báo cáo không hợp lệ: ngày cuối phải sau ngày đầu."))
    form_set(draft.form_version)
    due = {level: draft.period_to + dt.timedelta(days=days) for level, days in DAYS_TO_REPORT.items()} | dict(
        draft.due or {}
    )
    if any(day < draft.period_from for day in due.values()):
        raise SubmissionRefused("campaign.due", _("Hạn nộp không được trước ngày đầu kỳ."))
    return due


def _open_one(
    campaign: Campaign, code: str, path: str, level: str, due_on: dt.date, by: User | None
) -> Submission:
    sheet = open_sheet(
        None,
        campaign.province,
        unit_code=code,
        unit_path=path,
        period_kind=campaign.period_kind,
        period_from=campaign.period_from,
        period_to=campaign.period_to,
        as_of=campaign.as_of,
        form_version=campaign.form_version,
    )
    if sheet.batches.filter(kind=ImportBatch.Kind.PUBLISHED).exists():
        raise SubmissionRefused(
            "campaign.published",
            _(
                "Kỳ này đã có số liệu công bố được nạp nguyên văn cho {unit}; số ấy giữ như đã in nên không thu lại. "
                "Hãy chọn kỳ khác."
            ).format(unit=sheet.unit_name or campaign.province.title(campaign.period_to)),
        )
    return Submission.objects.create(
        province=campaign.province,
        unit_code=code,
        unit_path=path,
        campaign=campaign,
        sheet=sheet,
        level=level,
        owned=[key for key, owner in campaign.owners.items() if owner == code],
        due_on=due_on,
        state=State.OPEN if campaign.opened_on <= today() else State.NOT_DUE,
        moved_by=by,
    )


def change_campaign(
    viewer: Viewer,
    campaign: Campaign,
    *,
    reason: str,
    owners: Mapping[str, str] | None = None,
    externals: Mapping[str, Mapping[str, Any]] | None = None,
    reminder_days: Sequence[int] | None = None,
) -> Campaign:
    """Change who owns rows, figures from outside, reminder days. Owned rows move at the next derivation.

    Raises NotPermitted; SubmissionRefused submissions.reason, submissions.campaign.owner.
    """
    viewer.require(RUN, province=campaign.province_id, unit_path=root_of(campaign.province))
    said = _reason(reason)
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().select_related("province").get(pk=campaign.pk)
        if owners is not None:
            codes = set(campaign.submissions.values_list("unit_code", flat=True))
            wrong = sorted(set(owners.values()) - codes)
            if wrong:
                raise SubmissionRefused(
                    "campaign.owner",
                    _("Đơn vị {codes} không tham gia kỳ báo cáo này.").format(codes=", ".join(wrong)),
                )
            campaign.owners = dict(owners)
            for submission in campaign.submissions.exclude(level=PROVINCE):
                owned = [key for key, code in campaign.owners.items() if code == submission.unit_code]
                if owned != submission.owned:
                    Submission.objects.filter(pk=submission.pk).update(owned=owned)
        campaign.externals = dict(externals) if externals is not None else campaign.externals
        if reminder_days is not None:
            campaign.reminder_days = sorted({int(day) for day in reminder_days}, reverse=True)
        campaign.save()
        _tell_campaign(events.CAMPAIGN_CHANGED, campaign, (), _user(viewer), said)
        _derive_later(campaign)
    return campaign


def change_due(viewer: Viewer, submission: Submission, due_on: dt.date, reason: str) -> Submission:
    """Give one unit another day, with a reason. Raises NotPermitted; submissions.reason, submissions.due."""
    viewer.require(RUN, province=submission.province_id, unit_path=root_of(submission.province))
    said = _reason(reason)
    if due_on < submission.campaign.period_from:
        raise SubmissionRefused("due", _("Hạn nộp không được trước ngày đầu kỳ."))
    with transaction.atomic():
        submission = locked(submission)
        submission.due_on, submission.due_reason = due_on, said
        submission.late = submission.submitted_at is not None and (
            local(submission.submitted_at).date() > due_on
        )
        submission.save(update_fields=["due_on", "due_reason", "late"])
        payload = {"unit": submission.unit_code, "due_on": due_on, "reason": said, "late": submission.late}
        _tell(events.DUE_CHANGED, submission, payload, _user(viewer))
    return submission


def open_submission(submission: Submission) -> Submission:
    """The system's: the day has come. Nothing where it was open already."""
    with transaction.atomic():
        submission = locked(submission)
        if submission.state == State.NOT_DUE:
            _move(submission, TABLE["open"], None)
    return submission


def derive_submission(viewer: Viewer | None, submission: Submission, *, anew: bool = True) -> int:
    """Give the forms what the system can give; the first time they become "derived". `viewer` None: a job.

    `anew`: records are counted and earlier periods read again; else what was counted last stands, and only what comes
    from units and from other rows is worked out. Returns how many cells were written. Raises NotPermitted; SubmissionRefused submissions.state;
    FormsError forms.sheet.locked.
    """
    if viewer is not None:
        _require(viewer, submission, TABLE["derive"])
        viewer.require(EDIT, province=submission.province_id, unit_path=submission.unit_path)
    anew = anew or submission.derived_at is None
    compared = compare_periods(submission) if anew else submission.compared
    with transaction.atomic():
        submission = locked(submission)
        _check(submission, TABLE["derive"])
        plan = plan_of(submission)
        counts = None if anew else known_counts(submission)
        found = derive(submission.sheet, current_values(submission.sheet), plan, counts)
        given = given_document(found)
        first = submission.state == State.OPEN
        same = (given, compared) == (submission.given, submission.compared)
        submission.given, submission.compared = given, compared
        submission.derived_at = now()
        Submission.objects.filter(pk=submission.pk).update(
            given=given, compared=compared, derived_at=submission.derived_at
        )
        _derivation, written = derive_sheet(None, submission.sheet, plan, derived=found)
        if not written:
            Submission.objects.filter(pk=submission.pk).update(
                counts=counts_of(submission, current_values(submission.sheet))
            )
        by = _user(viewer)
        if first:
            submission.state, submission.since, submission.moved_by = State.DERIVED, now(), by
            submission.save(update_fields=["state", "since", "moved_by"])
        if written or first or not same:
            payload = {
                "unit": submission.unit_code,
                "count": written,
                "state": submission.state,
                "given": given,
                "compared": compared,
            }
            _tell(events.DERIVED, submission, payload, by)
    return written


def given_document(found: Derivation) -> dict[str, Any]:
    """What the system gives each row, as JSON."""
    return {
        key: {
            "state": each.cell.state.value if each.cell else None,
            "value": None if each.cell is None or each.cell.value is None else str(each.cell.value),
            "raw": each.cell.raw if each.cell else "",
            "places": each.cell.places if each.cell else 0,
            "source": str(each.source),
            "reason": each.reason,
            "missing": list(each.missing),
            "counted": _counted_text(found, key),
        }
        for key, each in found.given.items()
    }


def known_counts(submission: Submission) -> dict[str, Given]:
    """What the records counted to when they were last counted, by row key."""
    forms = forms_of(submission.sheet)
    found = {}
    for key, entry in submission.given.items():
        if entry["source"] == Source.COUNTED and entry["state"] is not None:
            found[key] = Given(given_cell(entry), Source.COUNTED, entry["reason"])
        elif entry.get("counted") is not None:
            cell = read_cell(forms.row(key), format_number(Decimal(entry["counted"])))
            found[key] = Given(cell, Source.COUNTED, "Đếm từ hồ sơ")
    return found


def _counted_text(found: Derivation, key: str) -> str | None:
    cell = found.counted.get(key)
    return None if cell is None or cell.value is None else str(cell.value)


def submit(viewer: Viewer | None, submission: Submission, *, why: str = "") -> Version:
    """Hand the forms over: totals and percentages worked out once more, judged, frozen as the next version with what moved since the last.

    `why`: what a correction is for; needed from the second version on.
    Raises NotPermitted; SubmissionRefused submissions.state, submissions.submit.findings, submissions.submit.remarks,
    submissions.reason.
    """
    _require(viewer, submission, TABLE["submit"])
    by = _user(viewer)
    with transaction.atomic():
        submission = locked(submission)
        _check(submission, TABLE["submit"])
        derive_submission(None, submission, anew=False)
        submission = locked(submission)
        said = _reason(why) if submission.number else why.strip()[:MOST_REASON]
        values = current_values(submission.sheet)
        found = findings_of(submission, values)
        blocking = [each for each in found if each.blocks]
        if blocking:
            listed = "; ".join(
                _("biểu {form} dòng {code}: {message}").format(
                    form=each.row[0], code=each.row[2:], message=each.message
                )
                for each in blocking[:3]
            )
            raise SubmissionRefused(
                "submit.findings",
                _("Còn {count} chỗ phải sửa hoặc giải thích nên chưa nộp được: {listed}").format(
                    count=len(blocking), listed=listed
                ),
            )
        _refuse_open_remarks(submission)
        values = {
            value.row_key: value
            for value in submission.sheet.values.filter(
                pk__in=[each.pk for each in values.values()]
            ).select_related("evidence__blob")
        }
        cells = frozen_cells(rows_of(submission), values)
        before = submission.versions.order_by("-number").first()
        version = Version.objects.create(
            province=submission.province,
            unit_code=submission.unit_code,
            unit_path=submission.unit_path,
            submission=submission,
            number=submission.number + 1,
            cells=cells,
            digest=digest_of(cells),
            findings=[each.document() for each in found],
            moved=moved_rows(before.cells, cells, said) if before else [],
            why=said,
            submitted_by=by,
        )
        if before is not None and before.stage in {Version.Stage.APPROVED, Version.Stage.PUBLISHED}:
            Version.objects.filter(pk=before.pk).update(stage=Version.Stage.SUPERSEDED)
        submission.number = version.number
        submission.submitted_at, submission.submitted_by = version.submitted_at, by
        if version.number == 1:
            submission.late = local(version.submitted_at).date() > submission.due_on
        more = {"digest": version.digest, "moved": version.moved, "why": said, "late": submission.late}
        _move(submission, TABLE["submit"], by, more)
    return version


def _refuse_open_remarks(submission: Submission) -> None:
    waiting = list(submission.remarks.filter(resolved_at__isnull=True).values_list("row_key", flat=True)[:5])
    if waiting:
        raise SubmissionRefused(
            "submit.remarks",
            _(
                "Còn góp ý chưa giải quyết ở dòng {rows}. Sửa số hoặc trả lời, rồi đánh dấu đã giải quyết."
            ).format(rows=", ".join(key or _("chung") for key in waiting)),
        )


def withdraw(viewer: Viewer, submission: Submission) -> Submission:
    """Take the forms back before anybody has said anything about them. Raises submissions.withdraw.looked."""
    _require(viewer, submission, TABLE["withdraw"])
    with transaction.atomic():
        submission = locked(submission)
        _check(submission, TABLE["withdraw"])
        if submission.remarks.filter(made_at__gte=submission.since).exists():
            raise SubmissionRefused(
                "withdraw.looked",
                _("Người duyệt đã góp ý nên không rút lại được; hãy chờ trả lại rồi sửa."),
            )
        _stage(submission, Version.Stage.WITHDRAWN)
        _move(submission, TABLE["withdraw"], _user(viewer))
    return submission


def return_submission(
    viewer: Viewer, submission: Submission, reason: str, remarks: Mapping[str, str] | None = None
) -> Submission:
    """Send the forms back, with remarks by row key. Raises NotPermitted; submissions.state, .reason, .remark.row."""
    _require(viewer, submission, TABLE["return"])
    said = _reason(reason)
    by = _user(viewer)
    with transaction.atomic():
        submission = locked(submission)
        _check(submission, TABLE["return"])
        for key, text in (remarks or {}).items():
            if text.strip():
                _remark(submission, key, text, by)
        _stage(submission, Version.Stage.RETURNED)
        _move(submission, TABLE["return"], by, {"why": said})
    return submission


def approve(viewer: Viewer | None, submission: Submission) -> Submission:
    """Take the forms as good. Whoever submitted them does not. Raises submissions.approve.four-eyes, submissions.state."""
    _require(viewer, submission, TABLE["approve"])
    with transaction.atomic():
        submission = locked(submission)
        _check(submission, TABLE["approve"])
        if viewer is not None and submission.submitted_by_id == viewer.user_id:
            raise SubmissionRefused(
                "approve.four-eyes",
                _("Bạn đã nộp biểu này nên không tự duyệt được; hãy để người khác có quyền duyệt."),
            )
        if submission.remarks.filter(resolved_at__isnull=True).exists():
            raise SubmissionRefused(
                "approve.remarks", _("Còn góp ý chưa giải quyết; hãy trả lại, hoặc đánh dấu đã giải quyết.")
            )
        _stage(submission, Version.Stage.APPROVED)
        _move(submission, TABLE["approve"], _user(viewer))
    return submission


def approve_many(viewer: Viewer, submissions: Iterable[Submission]) -> list[Outcome]:
    """Approve each by itself: one refused leaves the others approved."""
    found = []
    for submission in submissions:
        try:
            found.append(Outcome(approve(viewer, submission)))
        except SubmissionRefused as refusal:
            found.append(Outcome(submission, refusal))
    return found


def publish(viewer: Viewer | None, submission: Submission) -> Submission:
    """Publish the province's own forms; the units' approved ones are published with them.

    Raises NotPermitted; SubmissionRefused submissions.state, submissions.publish.own.
    """
    _require(viewer, submission, TABLE["publish"])
    if submission.level != PROVINCE:
        raise SubmissionRefused(
            "publish.own", _("Chỉ biểu của tỉnh được công bố; biểu của đơn vị được công bố cùng biểu ấy.")
        )
    by = _user(viewer)
    with transaction.atomic():
        submission = locked(submission)
        _check(submission, TABLE["publish"])
        units = list(
            submission.campaign.submissions.filter(state=State.APPROVED)
            .exclude(pk=submission.pk)
            .order_by("pk")
        )
        for each in [submission, *(locked(unit) for unit in units)]:
            if each.state == State.APPROVED:
                _stage(each, Version.Stage.PUBLISHED)
                _move(each, TABLE["publish"], by)
    submission.refresh_from_db()
    return submission


def reopen(viewer: Viewer, submission: Submission, reason: str) -> Submission:
    """Open forms for a correction; what was handed over stays as its version until the next one replaces it."""
    _require(viewer, submission, TABLE["reopen"])
    said = _reason(reason)
    with transaction.atomic():
        submission = locked(submission)
        _check(submission, TABLE["reopen"])
        _move(submission, TABLE["reopen"], _user(viewer), {"why": said})
    return submission


def remark(viewer: Viewer, submission: Submission, row_key: str, text: str) -> Remark:
    """Say something about a cell. Raises NotPermitted; submissions.state, submissions.remark.row, .remark.text."""
    _require(viewer, submission, TABLE["remark"])
    with transaction.atomic():
        submission = locked(submission)
        _check(submission, TABLE["remark"])
        return _remark(submission, row_key, text, _user(viewer))


def _remark(submission: Submission, row_key: str, text: str, by: User | None) -> Remark:
    if row_key and row_key not in {row.key for row in rows_of(submission)}:
        raise SubmissionRefused(
            "remark.row", _("Dòng {row} không thuộc biểu của đơn vị này.").format(row=row_key[:20])
        )
    said = text.strip()[:1000]
    if not said:
        raise SubmissionRefused("remark.text", _("Hãy ghi nội dung góp ý."))
    made = Remark.objects.create(
        province=submission.province,
        unit_code=submission.unit_code,
        unit_path=submission.unit_path,
        submission=submission,
        row_key=row_key,
        text=said,
        made_by=by,
    )
    payload = {
        "remark": str(made.uid),
        "unit": submission.unit_code,
        "row": row_key or _("chung"),
        "text": said,
    }
    _tell(events.REMARKED, submission, payload, by)
    return made


def resolve_remark(viewer: Viewer, found: Remark) -> Remark:
    """Settle a remark: the unit's people, once they answered it, or who reviews. Raises submissions.remark.settled."""
    submission = found.submission
    own = submission.level == PROVINCE
    review = TABLE["remark"].own_permission if own else TABLE["remark"].permission
    if not viewer.may(review, province=submission.province_id, unit_path=root_of(submission.province)):
        viewer.require(EDIT, province=submission.province_id, unit_path=submission.unit_path)
    with transaction.atomic():
        found = Remark.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if found.resolved_at is not None:
            raise SubmissionRefused("remark.settled", _("Góp ý này đã được giải quyết."))
        found.resolved_at, found.resolved_by = now(), _user(viewer)
        found.save(update_fields=["resolved_at", "resolved_by"])
        payload = {
            "remark": str(found.uid),
            "unit": submission.unit_code,
            "row": found.row_key or _("chung"),
            "at": found.resolved_at,
        }
        _tell(events.REMARK_RESOLVED, submission, payload, found.resolved_by)
    return found


def set_target(
    viewer: Viewer,
    province: Province,
    *,
    level: str,
    row_key: str,
    year: int,
    value: Decimal,
    unit_code: str = "",
) -> Target:
    """What a row should reach in a year, for a unit or for a level. Raises NotPermitted; submissions.target.row."""
    viewer.require(RUN, province=province, unit_path=root_of(province))
    try:
        row = form_set().row(row_key)
    except (KeyError, ValueError):
        row = None
    if row is None or row.is_heading or not 2000 <= year <= 2100 or abs(value) >= Decimal(10) ** 18:
        raise SubmissionRefused("target.row", _("Dòng, năm hoặc giá trị chỉ tiêu không hợp lệ."))
    with transaction.atomic():
        target, _made = Target.objects.update_or_create(
            province=province,
            level=level,
            unit_code=unit_code,
            row_key=row_key,
            year=year,
            defaults={"value": value},
        )
        record(
            events.TARGET_SET,
            province=province,
            subject=f"submission_target:{target.pk}",
            payload={
                "row": row_key,
                "year": year,
                "value": str(value),
                "level": level,
                "unit": unit_code,
            },
            actor=_user(viewer),
            unit_code="",
            unit_path="/",
        )
    return target


def root_of(province: Province) -> str:
    """The path of the province itself."""
    return f"/{province.agency_code}/"


def locked(submission: Submission) -> Submission:
    """Hold a submission and its forms until the transaction ends: the forms first, as every writer of theirs does."""
    sheet = lock_sheet(submission.sheet_id)
    found = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("campaign", "province", "moved_by")
        .get(pk=submission.pk)
    )
    found.sheet = sheet
    return found


def may_do(viewer: Viewer, submission: Submission, move: Move) -> bool:
    """Whether a viewer holds what an operation asks, whatever the state."""
    permission, path = _asked(submission, move)
    return viewer.may(permission, province=submission.province_id, unit_path=path)


def allowed_moves(viewer: Viewer, submission: Submission) -> list[Move]:
    """What this viewer may do with a submission now."""
    return [move for move in operations_from(submission.state) if may_do(viewer, submission, move)]


def _asked(submission: Submission, move: Move) -> tuple[str, str]:
    root = root_of(submission.province)
    own = submission.level == PROVINCE
    permission = move.own_permission if own else move.permission
    return permission, submission.unit_path if move.seat == "unit" else root


def _require(viewer: Viewer | None, submission: Submission, move: Move) -> None:
    """`viewer` None: the simulation, which acts in simulated provinces only."""
    permission, path = _asked(submission, move)
    if viewer is None:
        if not submission.province.simulated:
            raise NotPermitted(permission)
        return
    viewer.require(permission, province=submission.province_id, unit_path=path)


def _check(submission: Submission, move: Move) -> None:
    """Raises SubmissionRefused submissions.state, with which state holds, since when, and who can change it."""
    if submission.state in move.sources:
        return
    held = lock_words(submission) or _("Biểu đang ở trạng thái “{state}” từ {moment}.").format(
        state=state_word(submission.state), moment=f"{local(submission.since):%H:%M ngày %d/%m/%Y}"
    )
    allowed = ", ".join(f"“{state_word(one)}”" for one in State if one in move.sources)
    raise SubmissionRefused(
        "state",
        _("{held} Việc “{operation}” chỉ làm khi {allowed}.").format(
            held=held, operation=_(move.label), allowed=allowed
        ),
    )


def _move(submission: Submission, move: Move, by: User | None, more: Mapping[str, Any] | None = None) -> None:
    """The one place where a state changes: row and event together; the province is added up anew soon after."""
    assert move.to is not None
    submission.state, submission.since, submission.moved_by = move.to, now(), by
    submission.save(
        update_fields=["state", "since", "moved_by", "number", "submitted_at", "submitted_by", "late"]
    )
    payload = {
        "unit": submission.unit_code,
        "operation": move.label,
        "code": move.operation,
        "state": submission.state,
        "number": submission.number,
        "at": submission.since,
        **(more or {}),
    }
    _tell(events.MOVED, submission, payload, by)
    if submission.level != PROVINCE:
        _aggregate_later(submission.campaign)


def _stage(submission: Submission, stage: str) -> None:
    submission.versions.filter(number=submission.number).update(stage=stage)


def _reason(text: str) -> str:
    said = text.strip()[:MOST_REASON]
    if not said:
        raise SubmissionRefused("reason", _("Hãy ghi lý do."))
    return said


def aggregate(campaign: Campaign) -> int:
    """Derive the province's own forms anew, while they may be written in; returns how many cells moved."""
    own = (
        campaign.submissions.filter(level=PROVINCE, state__in=EDITABLE)
        .select_related("sheet", "campaign", "province")
        .first()
    )
    return derive_submission(None, own, anew=False) if own is not None else 0


def drift_of(submission: Submission) -> dict[str, Any]:
    """What deriving would give now beside what was last given, by row, as records were last counted; nothing is written."""
    values = current_values(submission.sheet)
    found = given_document(derive(submission.sheet, values, plan_of(submission), known_counts(submission)))
    return {
        key: {"before": submission.given.get(key), "after": entry}
        for key, entry in found.items()
        if _content(submission.given.get(key)) != _content(entry)
    }


def _content(entry: Mapping[str, Any] | None) -> tuple[Any, Any]:
    entry = entry or {}
    value = entry.get("value")
    return entry.get("state"), None if value is None else Decimal(value)


def _aggregate_later(campaign: Campaign) -> None:
    _later(campaign, "aggregate")


def _derive_later(campaign: Campaign) -> None:
    _later(campaign, "derive")


def _later(campaign: Campaign, verb: str) -> None:
    """The job of that verb, once however often it is asked for before it begins."""
    from motcua.reports.submissions import jobs

    defer(
        getattr(jobs, f"{verb}_campaign"),
        {"campaign": str(campaign.uid)},
        key=f"submissions.{verb}:{campaign.uid}",
        province=campaign.province,
    )


def _tell_campaign(
    type_: str, campaign: Campaign, made: Sequence[Submission], by: User | None, reason: str = ""
) -> None:
    payload = {
        "title": campaign.title,
        "count": len(made),
        "reason": reason,
        "period_kind": campaign.period_kind,
        "period_from": campaign.period_from,
        "period_to": campaign.period_to,
        "as_of": campaign.as_of,
        "form_version": campaign.form_version,
        "opened_on": campaign.opened_on,
        "due": campaign.due,
        "owners": campaign.owners,
        "externals": campaign.externals,
        "reminder_days": campaign.reminder_days,
        "submissions": [
            {
                "uid": str(one.uid),
                "unit": one.unit_code,
                "path": one.unit_path,
                "level": one.level,
                "sheet": str(one.sheet.uid),
                "due_on": one.due_on,
                "state": one.state,
                "owned": one.owned,
            }
            for one in made
        ],
    }
    record(
        type_,
        province=campaign.province,
        subject=f"campaign:{campaign.uid}",
        payload=payload,
        actor=by,
        unit_code="",
        unit_path="/",
    )


def _tell(type_: str, submission: Submission, payload: Mapping[str, Any], by: User | None) -> None:
    record(
        type_,
        province=submission.province,
        subject=f"submission:{submission.uid}",
        payload=payload,
        actor=by,
        unit_code=submission.unit_code,
        unit_path=submission.unit_path,
    )


def _user(viewer: Viewer | None) -> User | None:
    return viewer.user if viewer is not None and isinstance(viewer.user, User) else None


__all__ = [
    "CampaignDraft",
    "Outcome",
    "aggregate",
    "approve",
    "approve_many",
    "change_campaign",
    "change_due",
    "derive_submission",
    "drift_of",
    "open_campaign",
    "open_submission",
    "publish",
    "remark",
    "reopen",
    "resolve_remark",
    "return_submission",
    "set_target",
    "submit",
    "withdraw",
]
