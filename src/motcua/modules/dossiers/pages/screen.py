"""What the reception page shows, zone by zone: the desk, the person, who submits, the procedure, its papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Max, Q
from django.http import Http404
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import NotPermitted, ViewedRequest
from motcua.kernel.clock import now, today
from motcua.kernel.text import collation_key
from motcua.modules.catalogue.api import Hit, procedure_on, search_procedures
from motcua.modules.catalogue.data import CHANNEL_NUMBERS, ProcedureInfo
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.models import Dossier
from motcua.modules.dossiers.pages.intake import NEW, Intake, missing, shown, shown_day
from motcua.modules.dossiers.pages.scanned import CardRead, read_card, read_code
from motcua.modules.dossiers.pages.searching import find
from motcua.modules.dossiers.performers import performers
from motcua.modules.dossiers.queries import in_units
from motcua.modules.dossiers.states import status_word
from motcua.modules.dossiers.units import handling_choices, units_today
from motcua.reference.applicants.api import (
    Applicant,
    IdentityKind,
    Kind,
    Likeness,
    find_applicants,
    ids_of_person,
    kept_of,
    likely_duplicates,
    masked,
)
from motcua.reference.organisations.api import UnitInfo

SHOWN = 8
RECENTLY = dt.timedelta(days=60)
LEAST_TYPED = 2
MOST_UNITS = 200
CHANNELS = {number: kind for kind, number in CHANNEL_NUMBERS.items()}
DIRECT, ONLINE, POST = 1, 2, 3
DESK = "dossiers.desk"  # of the session: the desk the officer sits at
# The paper that goes with a kind of applicant, put in the form when the kind changes.
USUAL_IDENTITY = {
    Kind.CITIZEN: IdentityKind.CITIZEN_ID,
    Kind.FOREIGNER: IdentityKind.PASSPORT,
    Kind.HOUSEHOLD_BUSINESS: IdentityKind.TAX_CODE,
    Kind.ENTERPRISE: IdentityKind.ENTERPRISE_NUMBER,
    Kind.ORGANISATION: IdentityKind.TAX_CODE,
}


class Screen:
    """One request of the reception page: what was typed, and at which desk."""

    def __init__(self, request: ViewedRequest, intake: Intake) -> None:
        if request.province is None:
            raise Http404
        self.request = request
        self.intake = intake
        self.viewer = request.viewer
        self.province = request.province
        self.desks = self._desks()
        self.desk = self._desk()
        self._persons: dict[str, Applicant | None] = {}

    def _desks(self) -> list[UnitInfo]:
        """The units at which this officer receives, their own first, by name."""
        mine = [
            unit
            for unit in units_today(self.province.pk).values()
            if self.viewer.may(may.RECEIVE, province=self.province, unit_path=unit.path)
        ]
        if not mine:
            raise NotPermitted(may.RECEIVE)
        own = {held.unit_code for held in self.viewer.grants if may.RECEIVE in held.permissions}
        mine.sort(key=lambda unit: (unit.code not in own, collation_key(unit.name)))
        return mine[:MOST_UNITS]

    def _desk(self) -> UnitInfo:
        """The desk named, else the one used last, else the officer's own. Raises NotPermitted for another's."""
        named = self.intake.text("desk")
        wanted = named or str(self.request.session.get(DESK, ""))
        found = next((unit for unit in self.desks if unit.code == wanted), None)
        if named and found is None:
            raise NotPermitted(may.RECEIVE)
        if named and found is not None and self.request.session.get(DESK) != named and len(self.desks) > 1:
            self.request.session[DESK] = named
        return found or self.desks[0]

    # -- people -------------------------------------------------------------------------------------

    def person(self, name: str = "applicant") -> Applicant | None:
        """The applicant chosen; of a merged record the one that is kept. Asked once a request."""
        if name not in self._persons:
            self._persons[name] = self._person(name)
        return self._persons[name]

    def _person(self, name: str) -> Applicant | None:
        uid = self.intake.uid(name)
        if uid is None:
            return None
        rows = self.viewer.within(
            Applicant.objects.filter(province=self.province, uid=uid, erased_at__isnull=True),
            "applicants.people.view",
            unit_path=None,
        )
        found = rows.select_related("merged_into").first()
        return kept_of(found) if found else None

    def people(self, words: str) -> list[tuple[Applicant, str]]:
        if len(words) < LEAST_TYPED:
            return []
        rows = find_applicants(self.viewer, self.province, words)[:SHOWN]
        return [(one, str(masked(one))) for one in rows]

    def alike(self) -> list[Likeness]:
        draft = self.intake.draft()
        if not self.intake.new_person or not (draft.display_name or draft.identity_number or draft.phone):
            return []
        return likely_duplicates(self.province, draft)

    def still_open(self, person: Applicant) -> list[dict[str, str]]:
        """What this person already has open at the viewer's units: who asks twice should know."""
        rows = Dossier.objects.filter(
            province=self.province, applicant__in=ids_of_person(person), ended_at__isnull=True
        )
        found = in_units(self.viewer, rows).order_by("-pk")[:SHOWN]
        return [
            {
                "uid": str(row.uid),
                "code": row.code or "",
                "procedure": row.procedure_name,
                "procedure_code": row.procedure_code,
                "status": status_word(row.status),
            }
            for row in found
        ]

    # -- procedure ----------------------------------------------------------------------------------

    def procedure(self) -> ProcedureInfo | None:
        code = self.intake.text("procedure", most=40)
        if not code:
            return None
        unit = self._handling_sent(code) or self.desk.code
        return procedure_on(self.province, code, today(), unit_code=unit)

    def _handling_sent(self, code: str) -> str:
        """The handling agency as sent, when it was chosen for this procedure."""
        return self.intake.text("handling", most=40) if self.intake.sent.get("procedure_was") == code else ""

    def case(self, info: ProcedureInfo) -> str:
        names = [one.name for one in info.content.cases]
        named = self.intake.text("case") if self.intake.sent.get("procedure_was") == info.code else ""
        same = [name for name in names if " ".join(name.split()) == named]
        return same[0] if same else (names[0] if names else "")

    def channel(self) -> int:
        return self.intake.number("channel", DIRECT, DIRECT, POST)

    def handling(self, info: ProcedureInfo, units: list[UnitInfo]) -> str:
        """As chosen; at first the agency that is surely competent, else none: it is the officer's to say."""
        sent = self._handling_sent(info.code)
        if sent:
            return sent if any(unit.code == sent for unit in units) else ""
        named = [unit for unit in units if _is_named(info, unit)]
        if len(named) == 1:
            return named[0].code
        home = [
            unit
            for unit in units
            if unit.kind == "commune_committee" and self.desk.path.startswith(unit.path)
        ]
        return home[0].code if info.at_commune and home else ""


def _is_named(info: ProcedureInfo, unit: UnitInfo) -> bool:
    return any(
        agency.role == "handling" and (agency.code == unit.code or agency.name in (unit.name, unit.short_name))
        for agency in info.content.agencies
    )  # fmt: skip


# -- zones ------------------------------------------------------------------------------------------


def people_zone(screen: Screen) -> dict[str, Any]:
    """Who it is for. A card that was read chooses its bearer, or fills in somebody new; a dossier's code leads to it."""
    intake = screen.intake
    raw = intake.sent.get("q", "")
    card, words = read_card(raw), intake.text("q")
    code = "" if card else read_code(words)
    found = [] if code else screen.people(card.number if card else words)
    chosen = screen.person()
    if card:
        chosen = found[0][0] if found else None
    is_new = chosen is None and (intake.new_person or (card is not None and not found))
    settled = (chosen is not None or is_new) and (card is not None or words == intake.text("q_was"))
    return {
        "jumps": list(find(screen.viewer, screen.province, code)[:2]) if code else [],
        "scanned_code": code,
        "words": "" if card else words,
        "people": [] if settled else [one for one in found if chosen is None or one[0].pk != chosen.pk],
        "nobody": bool(words) and not found and not settled and not code and len(words) >= LEAST_TYPED,
        "chosen": chosen,
        "chosen_hint": str(masked(chosen)) if chosen else "",
        "still_open": screen.still_open(chosen) if chosen else [],
        "is_new": is_new,
        "card": card,
    }


def new_zone(screen: Screen) -> dict[str, Any]:
    """The fields of somebody new: as typed, or as the card says."""
    card = read_card(screen.intake.sent.get("q", ""))
    return {
        "new": _new_person(screen.intake, card),
        "alike": screen.alike(),
        "kinds": [(kind.value, _(kind.label), USUAL_IDENTITY[kind].value) for kind in Kind],
        "identity_kinds": [(kind.value, _(kind.label)) for kind in IdentityKind],
    }


def _new_person(intake: Intake, card: CardRead | None) -> dict[str, str]:
    draft = intake.draft()
    typed = {name: getattr(draft, name) for name in draft.__dataclass_fields__}
    typed |= {"birth_date": shown_day(draft.birth_date), "identity_kind": intake.identity_kind}
    if card is not None:
        typed |= {
            "kind": Kind.CITIZEN.value,
            "identity_kind": IdentityKind.CITIZEN_ID.value,
            "identity_number": card.number,
            "display_name": card.name,
            "birth_date": shown_day(card.birth_date),
            "address": card.address,
        }
    return typed


def submitter_zone(screen: Screen) -> dict[str, Any]:
    """Who hands the dossier in for the applicant, when it is somebody else."""
    intake = screen.intake
    raw = intake.sent.get("s", "")
    card, words = read_card(raw), intake.text("s")
    chosen = screen.person("submitter")
    found = screen.people(card.number if card else words)
    if card and found:
        chosen = found[0][0]
    is_new = chosen is None and (intake.sent.get("submitter") == NEW or (card is not None and not found))
    settled = (chosen is not None or is_new) and (card is not None or words == intake.text("s_was"))
    draft = intake.submitter_draft()
    return {
        "sub_words": "" if card else words,
        "sub_chosen": chosen,
        "sub_people": [] if settled else [one for one in found if chosen is None or one[0].pk != chosen.pk],
        "sub_new": is_new,
        "sub": {
            "display_name": card.name if card else draft.display_name,
            "identity_number": card.number if card else draft.identity_number,
            "phone": draft.phone,
        },
        "sub_open": bool(words or chosen or is_new),
    }


def procedure_zone(screen: Screen, info: ProcedureInfo | None) -> dict[str, Any]:
    words = screen.intake.text("p", most=200)
    settled = info is not None and words == screen.intake.text("p_was", most=200)
    hits: list[Hit] = []
    if not settled and len(words) >= LEAST_TYPED:
        hits = search_procedures(screen.province, words, limit=SHOWN, begun=True)
    return {
        "procedure_words": words,
        "procedures": hits,
        "recent": _recent(screen) if not words and info is None else [],
        "nothing": len(words) >= LEAST_TYPED and not hits and not settled,
    }


def _recent(screen: Screen) -> list[dict[str, str]]:
    """What these desks received in the last weeks, once each: two look-ups in the list of the desk."""
    mine = Dossier.objects.filter(province=screen.province, received_at__gte=now() - RECENTLY)
    newest = list(
        screen.viewer.within(mine, may.RECEIVE, unit_path="received_path")
        .order_by("-received_at")
        .values_list("pk", flat=True)[:100]
    )
    rows = (
        Dossier.objects.filter(pk__in=newest)
        .values("procedure_code", "procedure_name")
        .annotate(last=Max("pk"))
        .order_by("-last")
    )
    return [{"code": row["procedure_code"], "name": row["procedure_name"]} for row in rows[:SHOWN]]


def details_zone(screen: Screen, info: ProcedureInfo | None) -> dict[str, Any]:
    """Papers by case, limit and fees of the channel, the agency, how it came and how the result goes out."""
    if info is None:
        return {"info": None, "details": None}
    intake, case, channel = screen.intake, screen.case(info), screen.channel()
    units = handling_choices(screen.province.pk, info, screen.desk.code)
    lines = intake.lines(info, case)
    first = not intake.shows(info, case)
    details = {
        "case": case,
        "cases": [one.name for one in info.content.cases],
        "channel": channel,
        "limit": info.content.limit(CHANNELS[channel], case),
        "lines": lines,
        "owed": missing(lines),
        "units": units[:MOST_UNITS],
        "handling": screen.handling(info, units),
        "return_channel": intake.number("return_channel", DIRECT, DIRECT, POST),
        "sets": intake.number("sets", info.content.sets or 1, 1, 99),
        "shown": shown(info, case),
        "hand_over": "hand_over" in intake.sent or first,
        "helpers": helpers_of(screen) if channel == ONLINE else [],
        "helper": intake.text("helper", most=20) or str(screen.viewer.user_id),
        "twice": _twice(screen, info),
    }
    return {"info": info, "details": details}


def helpers_of(screen: Screen) -> list[tuple[str, str]]:
    """Officers of the desk who may have helped an applicant to file online."""
    people = performers(screen.province.pk, "reception", screen.desk.path)[:MOST_UNITS]
    return [(str(one.pk), one.display_name) for one in people]


def _twice(screen: Screen, info: ProcedureInfo) -> list[Dossier]:
    """Dossiers of the same procedure this person has open here already."""
    person = screen.person()
    if person is None:
        return []
    rows = Dossier.objects.filter(
        Q(applicant__in=ids_of_person(person)),
        province=screen.province,
        procedure_code=info.code,
        ended_at__isnull=True,
    )
    return list(in_units(screen.viewer, rows).order_by("-pk")[:3])


def owed_papers(dossier: Dossier, info: ProcedureInfo, handed: set[str]) -> list[str]:
    """What the procedure asks for in the dossier's case and was not handed in."""
    asked = next((one for one in info.content.cases if one.name == dossier.case_name), None)
    return (
        [paper.name for paper in asked.papers if paper.required and paper.name not in handed] if asked else []
    )


Zone = Callable[[Screen], Mapping[str, Any]]
# What can be asked for alone while typing: template and the zones it needs.
PARTS: Mapping[str, tuple[str, tuple[Zone, ...]]] = {
    "people": ("dossiers/reception/_people.html", (people_zone,)),
    "card": ("dossiers/reception/_card.html", (people_zone, new_zone)),
    "alike": ("dossiers/reception/_alike.html", (new_zone,)),
    "submitters": ("dossiers/reception/_submitters.html", (submitter_zone,)),
    "procedures": (
        "dossiers/reception/_procedures.html",
        (lambda screen: procedure_zone(screen, screen.procedure()),),
    ),
    "details": (
        "dossiers/reception/_details.html",
        (lambda screen: details_zone(screen, screen.procedure()),),
    ),
}


def whole(screen: Screen) -> dict[str, Any]:
    """Everything the page shows."""
    info = screen.procedure()
    return (
        people_zone(screen)
        | new_zone(screen)
        | submitter_zone(screen)
        | procedure_zone(screen, info)
        | details_zone(screen, info)
    )
