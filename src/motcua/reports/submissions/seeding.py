"""A simulated province's declared values: made up, marked so, consistent with every relation; and a whole campaign."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from motcua.kernel.numbers import format_number
from motcua.reports.forms.api import (
    COMMUNE,
    DEPARTMENT,
    PROVINCE,
    current_values,
    declare_blank,
    forms_of,
    parts_of,
    record_note,
)
from motcua.reports.submissions.jobs import derive_all
from motcua.reports.submissions.judging import asked_rows, findings_of
from motcua.reports.submissions.models import Campaign, Submission
from motcua.reports.submissions.operations import approve, derive_submission, publish, submit
from motcua.reports.submissions.planning import external_values
from motcua.reports.submissions.rules import Severity
from motcua.reports.submissions.states import EDITABLE, State

SOURCE = "so-lieu-gia-lap"
REASON = "Số liệu giả lập, hạt giống {seed}"
NOTE = "Số liệu giả lập; đã đối chiếu với nguồn giả lập."
PROVINCE_BODIES = 11  # service units under the province's committee; its office reports their autonomy

Draw = Callable[[str, int, int], int]


@dataclass(frozen=True, slots=True)
class Unit:
    """Who declares: its code, level and the owner keys it answers for."""

    code: str
    level: str
    owned: frozenset[str]


def drawn(seed: int, code: str) -> Draw:
    """A number between two ends, the same for the same seed, unit and name whatever else is drawn."""

    def draw(name: str, low: int, high: int) -> int:
        digest = hashlib.sha256(f"{seed}:{code}:{name}".encode()).digest()
        return low + int.from_bytes(digest[:8]) % (high - low + 1)

    return draw


def unit_values(unit: Unit, draw: Draw) -> dict[str, int | Decimal]:
    """What a department or commune declares of itself, by row key."""
    commune = unit.level == COMMUNE
    bodies = draw("bodies", 6, 14) if commune else draw("bodies", 6, 18)  # `_autonomy` gives six away at most
    received = draw("received", 900, 4000)
    online, partial = draw("online", 500, 2000), draw("partial", 50, 300)
    petitions = draw("petitions", 2, 12)
    plan = draw("plan", 20_000, 180_000)
    found: dict[str, int | Decimal] = {
        "4!2.2": draw("posts", 32, 60) if commune else draw("posts", 45, 130),
        "4!2.3": draw("contracts", 0, 6),
        "4!2.4": draw("cut", 0, 2),
        "4!3.2": draw("staff", 180, 520) if commune else draw("staff", 250, 1500),
        "4!3.3": draw("staff-cut", 0, 3),
        "5!2.4": draw("recruited", 0, 12),
        "5!2.5": draw("special", 0, 1),
        "5!4.3": draw("disciplined-heads", 0, 1),
        "5!4.4": draw("disciplined-staff", 0, 2),
        "6!1.1": plan,
        "6!1.2": plan * draw("spent", 62, 99) // 100,
        "6!2.6": 0,
        "3!3.4.1": petitions,
        "3!3.4.2": petitions - draw("open-petitions", 0, 1),
        "7!6.3.1": online,
        "7!6.3.2": online * draw("online-share", 70, 99) // 100,
        "7!6.4.1": partial,
        "7!6.4.2": partial * draw("partial-share", 60, 95) // 100,
    }
    resolved = ("3!3.3.1", "3!3.3.2") if commune else ("3!3.1.1", "3!3.1.2")
    found |= {resolved[0]: received, resolved[1]: received * draw("on-time", 960, 1000) // 1000}
    found["4!1.5.3" if commune else "4!1.5.2"] = bodies
    if commune:
        found["2!1.2"] = draw("documents", 0, 4)
    else:
        tasks, given = draw("tasks", 12, 30), draw("given", 6, 30)
        late = draw("late", 0, 1)
        found |= {
            "1!2.1": tasks,
            "1!2.2": tasks - draw("tasks-left", 0, 1),
            "1!5.1": given,
            "1!5.2": given - late - draw("running", 0, 3),
            "1!5.3": late,
            "1!5.4": 0,
        }
    return found | _autonomy(draw, bodies + (PROVINCE_BODIES if "van-phong" in unit.owned else 0))


def _autonomy(draw: Draw, bodies: int) -> dict[str, int | Decimal]:
    """Service units by how much they pay for themselves; the groups add up to all of them."""
    full = draw("self-all", 0, 1)
    current = draw("self-current", 0, 2)
    parts = [draw(f"self-part-{number}", 0, 1) for number in range(3)]
    rest = bodies - full - current - sum(parts)
    return {
        "6!2.2": full,
        "6!2.3": current,
        "6!2.4.1": parts[0],
        "6!2.4.2": parts[1],
        "6!2.4.3": parts[2],
        "6!2.5": rest,
    }


def province_values(
    units: Mapping[Unit, Mapping[str, int | Decimal]], externals: Mapping[str, Decimal], draw: Draw
) -> dict[str, int | Decimal]:
    """What is declared once for the whole province, in keeping with what its units declare."""

    def total(*keys: str) -> int:
        return sum(int(values.get(key, 0)) for values in units.values() for key in keys)

    departments = int(externals.get("departments", 0))
    communes = int(externals.get("communes", 0))
    problems, checked, reviewed = (
        draw("problems", 20, 60),
        draw("checked", 80, 200),
        draw("reviewed", 200, 500),
    )
    to_handle, to_review = draw("to-handle", 2, 6), draw("to-review", 10, 30)
    bodies = PROVINCE_BODIES + total("4!1.5.2", "4!1.5.3")
    of_province, of_communes = draw("procedures-province", 1600, 1800), draw("procedures-commune", 380, 450)
    procedures = of_province + of_communes
    eligible, used, paying = draw("eligible", 1000, 1300), draw("used", 700, 950), draw("paying", 400, 600)
    return {
        "1!1": draw("steering", 15, 45),
        "1!3.1": max(departments // 2, 0),
        "1!3.2": max(communes // 3, 0),
        "1!3.3.1": problems,
        "1!3.3.2": problems - draw("open-problems", 0, 2),
        "1!4.1": draw("inspected", 3, 8),
        "1!4.2": 100,
        "1!6": 1,
        "1!6.1": draw("questionnaires", 2000, 6000),
        "1!6.2": 2,
        "1!7": 1,
        "2!1.1": draw("documents-province", 40, 90),
        "2!2.1": checked,
        "2!2.2.1": to_handle,
        "2!2.2.2": to_handle,
        "2!3.1": reviewed,
        "2!3.2.1": to_review,
        "2!3.2.2": to_review - draw("left", 0, 1),
        "3!1.1": draw("simplified", 10, 60),
        "3!1.2": draw("announced", 80, 300),
        "3!1.3": draw("dropped", 10, 80),
        "3!1.4": procedures,
        "3!1.4.1": of_province,
        "3!1.4.2": of_communes,
        "3!2.1": draw("joint-same", 60, 150),
        "3!2.2": draw("joint-between", 60, 150),
        "3!2.3": draw("anywhere", 600, 1200),
        "4!1.1": 100,
        "4!1.2": 100,
        "4!1.3": draw("boards", 2, 5),
        "4!1.4": draw("inter-sector", 10, 40),
        "4!1.5.1": PROVINCE_BODIES,
        "4!1.5.4": draw("cut-bodies", 12, 25),
        "4!2.1": total("4!2.2") + draw("vacant", 20, 90),
        "4!2.5": draw("cut-posts", 15, 22),
        "4!3.1": total("4!3.2") + draw("vacant-staff", 100, 400),
        "4!3.4": draw("cut-staff", 12, 20),
        "5!1.1": departments + communes,
        "5!1.2": bodies,
        "5!1.3": 0,
        "5!2.1": draw("officials", 20, 90),
        "5!2.2": draw("officials-special", 0, 6),
        "5!2.3": draw("transferred", 0, 12),
        "5!3": draw("competition", 0, 6),
        "5!4.1": 0,
        "5!4.2": draw("disciplined-leaders", 0, 3),
        "7!1": 1,
        "7!2": 1,
        "7!3": 100,
        "7!4": 2,
        "7!5.1.1": 100,
        "7!5.1.2": 100,
        "7!5.2": Decimal("98.5"),
        "7!5.2.1": 99,
        "7!5.2.2": 98,
        "7!5.3.1": 100,
        "7!5.3.2": 100,
        "7!6.1.1": eligible,
        "7!6.1.2": eligible * draw("full-share", 85, 99) // 100,
        "7!6.2.1": used,
        "7!6.2.2": used * draw("used-share", 80, 99) // 100,
        "7!6.5.1": paying,
        "7!6.5.2": paying * draw("paying-share", 85, 100) // 100,
    }


def seed_declared(campaign: Campaign, seed: int = 2025) -> int:
    """Declare what is asked of every unit and of the province, where nothing stands yet; returns how many cells.

    Made up, and marked so in each value's reason and source file. The same seed gives the same values. Cells that hold
    something, and forms that are locked, are left alone.
    """
    rows = list(
        campaign.submissions.filter(level__in=(DEPARTMENT, COMMUNE)).select_related("sheet", "campaign")
    )
    values = _all_values(campaign, rows, seed)
    return sum(_declare(each, values[each.unit_code], seed) for each in rows if each.state in EDITABLE)


def seed_own(submission: Submission, seed: int = 2025) -> int:
    """The same for what is left to ask of the province itself."""
    campaign = submission.campaign
    rows = list(campaign.submissions.exclude(level=PROVINCE).select_related("sheet", "campaign"))
    units = {_unit(each): unit_values(_unit(each), drawn(seed, each.unit_code)) for each in rows}
    whole = province_values(units, external_values(campaign.externals), drawn(seed, ""))
    return _declare(submission, whole, seed)


def _all_values(campaign: Campaign, rows: list[Submission], seed: int) -> dict[str, dict[str, int | Decimal]]:
    units = {_unit(each): unit_values(_unit(each), drawn(seed, each.unit_code)) for each in rows}
    whole = province_values(units, external_values(campaign.externals), drawn(seed, ""))
    forms = forms_of(rows[0].sheet) if rows else None
    found = {}
    for unit, own in units.items():
        owned = {key: value for key, value in whole.items() if forms and forms.row(key).owner in unit.owned}
        found[unit.code] = owned | dict(own)
    return found


def _unit(submission: Submission) -> Unit:
    return Unit(submission.unit_code, submission.level, frozenset(submission.owned))


def _declare(submission: Submission, values: Mapping[str, int | Decimal], seed: int) -> int:
    """The rows asked; one that nobody thought of is said not to apply. A percentage of parts is left to be computed."""
    forms = forms_of(submission.sheet)
    texts = {
        row.key: format_number(Decimal(values[row.key])) if row.key in values else "không áp dụng"
        for row in asked_rows(submission)
        if row.key in values or parts_of(forms.version, row.key) is None
    }
    return declare_blank(None, submission.sheet, texts, reason=REASON.format(seed=seed), file_name=SOURCE)


def explain_all(submission: Submission) -> int:
    """Write the note that a finding asks for, as the people of the unit would after they looked; returns how many."""
    values = current_values(submission.sheet)
    rows = {
        each.row
        for each in findings_of(submission, values)
        if each.severity is Severity.EXPLAIN and not each.explained
    }
    for key in sorted(rows):
        record_note(None, submission.sheet, key, NOTE)
    return len(rows)


def run_campaign(campaign: Campaign, seed: int = 2025, tell: Callable[[str], object] = print) -> Submission:
    """A whole campaign of a simulated province: derive, declare, submit and approve every unit, then the province.

    Returns the province's published submission. Raises NotPermitted where the province is not simulated, and
    SubmissionRefused when a rule blocks a hand-over.
    """
    tell(f"điền sẵn {derive_all(campaign)} biểu")
    tell(f"kê khai giả lập {seed_declared(campaign, seed)} ô")
    rows = campaign.submissions.exclude(level=PROVINCE).select_related("sheet", "campaign", "province")
    for each in rows.order_by("unit_path"):
        _hand_over(each)
    tell(f"nộp và duyệt {campaign.submissions.filter(state=State.APPROVED).count()} đơn vị")
    own = campaign.submissions.select_related("sheet", "campaign", "province").get(level=PROVINCE)
    if own.state in EDITABLE:
        derive_submission(None, own)
        own.refresh_from_db()
        seed_own(own, seed)
        own = _hand_over(own)
    if own.state == State.APPROVED:
        own = publish(None, own)
    tell(f"biểu của tỉnh: {own.state}, bản {own.number}")
    return own


def _hand_over(submission: Submission) -> Submission:
    """Derived with what was declared, explained, submitted, approved; whatever of it is still to do."""
    if submission.state in EDITABLE:
        derive_submission(None, submission)
        submission = _again(submission)
        explain_all(submission)
        submit(None, submission, why=REASON.format(seed=""))
    submission = _again(submission)
    return approve(None, submission) if submission.state == State.SUBMITTED else submission


def _again(submission: Submission) -> Submission:
    return Submission.objects.select_related("sheet", "campaign", "province").get(pk=submission.pk)
