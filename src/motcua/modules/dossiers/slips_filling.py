"""From what is kept of a dossier to what its papers say: sealed facts of issued slips, rows for those made when printed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.engine.accounts.api import User
from motcua.kernel.clock import local, now
from motcua.kernel.text import squeeze
from motcua.modules.dossiers.models import Component, Dossier, DossierResult, Slip, Task
from motcua.modules.dossiers.slips import api as slips
from motcua.modules.dossiers.slips.api import Content, Issuer, PaperLine, Person, Signer
from motcua.modules.dossiers.units import unit_name, units_today
from motcua.reference.people.api import Post

_CHANNELS = {
    1: gettext_noop("Trực tiếp"),
    2: gettext_noop("Trực tuyến"),
    3: gettext_noop("Qua bưu chính công ích"),
}
_RETURNS = {
    1: gettext_noop("Nhận trực tiếp"),
    2: gettext_noop("Nhận trực tuyến"),
    3: gettext_noop("Nhận qua bưu chính công ích"),
}
_KINDS_OF_PLACE = ("Thành phố ", "Tỉnh ", "Phường ", "Xã ", "Đặc khu ", "UBND ")
_HOWS = {
    "counter": gettext_noop("tại quầy"),
    "post": gettext_noop("qua bưu chính"),
    "online": gettext_noop("trực tuyến"),
}


@dataclass(frozen=True, slots=True)
class Site:
    """Where citizens follow dossiers: the whole address of the page, ending in a slash."""

    follow: str

    def link(self, code: str, check: str) -> str:
        return f"{self.follow}?ma={code}&kt={check}" if code and check else ""

    @property
    def typed(self) -> str:
        return self.follow.partition("://")[2].rstrip("/")


def fill(slip: Slip, site: Site) -> Content:
    """The content of an issued slip, from its sealed facts alone (and today's name of the unit's superior)."""
    facts = json.loads(slip.facts)
    return _FILLERS[slip.kind](slip, facts, _about(slip, facts, site))


def _about(slip: Slip, facts: dict[str, Any], site: Site) -> dict[str, Any]:
    code, check = facts.get("code") or "", facts.get("check") or ""
    return {
        "issuer": issuer_of(slip.province_id, slip.unit_code),
        "applicant": _person(facts["applicant"]),
        "procedure": facts["procedure"],
        "procedure_code": facts["procedure_code"],
        "subject": facts.get("subject") or "",
        "issued_at": slip.issued_at,
        "code": code,
        "check": check,
        "number": slip.number,
        "officer": facts.get("officer") or "",
        "follow_link": site.link(code, check),
        "follow_site": site.typed,
    }


def _person(facts: dict[str, Any]) -> Person:
    names = ("name", "identity", "address", "phone", "email")
    return Person(**{name: facts.get(name) or "" for name in names})


def issuer_of(province_id: int, code: str) -> Issuer:
    """The agency as a letterhead: its name today, its superior, the place of the date line."""
    units = units_today(province_id)
    unit = units.get(code)
    if unit is None:
        return Issuer(name=code)
    above = {one.path: one for one in units.values()}
    parent = above.get(unit.path.rstrip("/").rpartition("/")[0] + "/")
    seat = (
        unit
        if unit.kind == "commune_committee"
        else next((one for one in units.values() if one.kind == "province_committee"), unit)
    )
    return Issuer(name=unit.name, parent=parent.name if parent else "", place=_place(seat.short_name))


def _place(name: str) -> str:
    clean = squeeze(name)
    for word in _KINDS_OF_PLACE:
        clean = clean.removeprefix(word)
    return clean


def _moment(text: Any) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _papers(rows: Iterable[dict[str, Any]]) -> tuple[PaperLine, ...]:
    return tuple(
        PaperLine(
            name=row["name"],
            originals=row["originals"],
            copies=row["copies"],
            note=_("khai thác từ {source}").format(source=row["source"]) if row.get("source") else "",
        )
        for row in rows
    )


def _signer(slip: Slip) -> Signer:
    """Who issued the letter, by the title of their post in the unit."""
    if slip.issued_by_id is None:
        return Signer(title="")
    posts = Post.objects.filter(person__user=slip.issued_by_id, withdrawn=False).select_related("role")
    held = [post for post in posts if post.holds_on(local(slip.issued_at).date())]
    held.sort(key=lambda post: post.unit_code != slip.unit_code)
    title = (held[0].title or held[0].role.label) if held else ""
    person = User.objects.get(pk=slip.issued_by_id)
    return Signer(title=title, name=person.display_name)


def _receipt(_slip: Slip, facts: dict[str, Any], about: dict[str, Any]) -> Content:
    submitter = facts.get("submitter")
    return slips.ReceiptContent(
        **about,
        receiving=facts["receiving"],
        handling=facts["handling"],
        submitter=_person(submitter) if submitter else None,
        case_name=facts.get("case") or "",
        papers=_papers(facts["papers"]),
        sets=facts.get("sets") or 1,
        limit=facts.get("limit") or "",
        received_at=_moment(facts.get("received_at")),
        promised=_moment(facts.get("promised")),
        channel=_(_CHANNELS.get(facts.get("channel", 1), "")),
        return_how=_(_RETURNS.get(facts.get("return_channel", 1), "")),
        return_place=facts["returning"],
        reissued=bool(facts.get("reissued")),
    )


def _supplement(_slip: Slip, facts: dict[str, Any], about: dict[str, Any]) -> Content:
    items = tuple(PaperLine(name=item) for item in facts.get("items", ()))
    return slips.SupplementContent(**about, items=items, reason=facts.get("reason", ""))


def _refusal(_slip: Slip, facts: dict[str, Any], about: dict[str, Any]) -> Content:
    return slips.RefusalContent(**about, reason=facts.get("reason", ""))


def _extension(slip: Slip, facts: dict[str, Any], about: dict[str, Any]) -> Content:
    return slips.ExtensionContent(
        **about,
        signer=_signer(slip),
        received_at=_moment(facts.get("received_at")),
        promised=_moment(facts.get("before")),
        reason=facts.get("reason", ""),
        new_date=_moment(facts.get("new_date")),
    )


def _apology(slip: Slip, facts: dict[str, Any], about: dict[str, Any]) -> Content:
    return slips.ApologyContent(
        **about,
        signer=_signer(slip),
        received_at=_moment(facts.get("received_at")),
        promised=_moment(facts.get("promised")),
        reason=facts.get("reason", ""),
    )


def _stop(slip: Slip, facts: dict[str, Any], about: dict[str, Any]) -> Content:
    return slips.StopContent(
        **about,
        signer=_signer(slip),
        received_at=_moment(facts.get("received_at")),
        reason=facts.get("reason", ""),
        stopped_at=slip.issued_at,
        returned=_papers(facts["papers"]),
    )


def _withdrawal(slip: Slip, facts: dict[str, Any], about: dict[str, Any]) -> Content:
    submitter = facts.get("submitter")
    return slips.WithdrawalContent(
        **about,
        received_at=_moment(facts.get("received_at")),
        requested_at=slip.issued_at,
        reason=facts.get("reason", ""),
        returned=_papers(facts["papers"]),
        submitter=_person(submitter) if submitter else None,
    )


_FILLERS = {
    "01": _receipt,
    "02": _supplement,
    "03": _refusal,
    "04": _extension,
    "05": _stop,
    "apology": _apology,
    "withdrawal": _withdrawal,
}


# -- made when printed --------------------------------------------------------------------------------


def control(dossier: Dossier, site: Site, officer: str = "") -> Content:
    """Form 06: who had the dossier, from when to when, early or late."""
    rows = Task.objects.filter(dossier=dossier).select_related("assignee", "closed_by")
    tasks = list(rows.order_by(*Task.IN_ORDER))
    return slips.ControlContent(
        issuer=issuer_of(dossier.province_id, dossier.received_code),
        applicant=Person(name=dossier.applicant_name),
        procedure=dossier.procedure_name,
        procedure_code=dossier.procedure_code,
        subject=dossier.subject,
        issued_at=now(),
        code=dossier.code or "",
        check=dossier.check_value,
        follow_link=site.link(dossier.code or "", dossier.check_value),
        follow_site=site.typed,
        officer=officer,
        received_at=dossier.received_at,
        promised=dossier.promised,
        handings=tuple(_handing(dossier, tasks, position) for position in range(len(tasks))),
    )


def _handing(dossier: Dossier, tasks: Sequence[Task], position: int) -> slips.Handing:
    task = tasks[position]
    before = tasks[position - 1] if position else None
    receiver = task.closed_by or task.assignee
    return slips.Handing(
        unit=unit_name(dossier.province_id, task.unit_code),
        step=task.name,
        giver=before.closed_by.display_name if before and before.closed_by else dossier.applicant_name,
        handed_at=task.opened_at,
        receiver=receiver.display_name if receiver else "",
        received_at=task.opened_at,
        due_at=task.due_at,
        done_at=task.closed_at,
        outcome=_outcome(task),
        note=task.note,
    )


def _outcome(task: Task) -> str:
    if task.closed_at is None or task.due_at is None or task.state == "cancelled":
        return ""
    if task.closed_at > task.due_at:
        return "late"
    return "early" if local(task.closed_at).date() < local(task.due_at).date() else "on-time"


def label(dossier: Dossier, site: Site) -> Content:
    return slips.LabelContent(
        code=dossier.code or "",
        applicant=dossier.applicant_name,
        procedure=dossier.procedure_name,
        issued_at=now(),
        promised=dossier.promised,
        unit=unit_name(dossier.province_id, dossier.unit_code),
        follow_link=site.link(dossier.code or "", dossier.check_value),
    )


def register(
    province_id: int, unit_code: str, days: tuple[dt.date, dt.date], rows: Iterable[Dossier], signer: str
) -> Content:
    """Form 07: the dossiers a unit received from a day to another, in order of their codes."""
    kept = list(rows)
    results = {
        result.dossier_id: result
        for result in DossierResult.objects.filter(dossier__in=[one.pk for one in kept])
    }
    sent = dict(
        Task.objects.filter(dossier__in=[one.pk for one in kept], kind="reception", closed_at__isnull=False)
        .order_by("pk")
        .values_list("dossier_id", "closed_at")
    )
    return slips.RegisterContent(
        issuer=issuer_of(province_id, unit_code),
        issued_at=now(),
        book=f"{days[0]:%Y}",
        first_day=days[0],
        last_day=days[1],
        lines=tuple(
            slips.RegisterLine(
                number=number,
                code=row.code or "",
                procedure=row.procedure_name,
                applicant=row.applicant_name,
                sets=row.sets,
                handling=unit_name(province_id, row.unit_code),
                received_at=row.received_at,
                promised=row.promised,
                sent_at=sent.get(row.pk),
                done_at=row.ended_at,
                returned_at=row.returned_at,
                returned_how=_how(results.get(row.pk)),
            )
            for number, row in enumerate(kept, start=1)
        ),
        signer=Signer(title="", name=signer) if signer else None,
    )


def _how(result: DossierResult | None) -> str:
    return _(_HOWS[result.handed_how]) if result is not None and result.handed_how in _HOWS else ""


def handover(province_id: int, seats: tuple[str, str], rows: Iterable[Dossier], giver: str) -> Content:
    """The list of dossiers handed from one unit to another."""
    kept = list(rows)
    counts: dict[int, int] = {}
    for key in Component.objects.filter(dossier__in=[one.pk for one in kept]).values_list(
        "dossier_id", flat=True
    ):
        counts[key] = counts.get(key, 0) + 1
    return slips.HandoverContent(
        issuer=issuer_of(province_id, seats[0]),
        issued_at=now(),
        giving_unit=unit_name(province_id, seats[0]),
        receiving_unit=unit_name(province_id, seats[1]),
        giver=giver,
        lines=tuple(
            slips.HandoverLine(
                code=row.code or "",
                procedure=row.procedure_name,
                applicant=row.applicant_name,
                sets=row.sets,
                papers=counts.get(row.pk, 0),
                promised=row.promised,
            )
            for row in kept
        ),
    )
