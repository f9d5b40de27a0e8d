"""Reception in one screen: person, procedure and papers, receipt; the same page with and without script."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from motcua.engine.files.api import JPEG, PDF, PNG, FileRefused, store
from motcua.engine.permissions.api import NotPermitted, ViewedRequest, page
from motcua.kernel.clock import local, now, today
from motcua.modules.catalogue.api import procedure_on, search_procedures
from motcua.modules.catalogue.data import ProcedureInfo
from motcua.modules.dossiers import api
from motcua.modules.dossiers import clock as clocks
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.data import Done, Filing
from motcua.modules.dossiers.models import Dossier, Slip
from motcua.modules.dossiers.pages.intake import Intake
from motcua.modules.dossiers.pages.scanned import read_card
from motcua.modules.dossiers.pages.shell import dossier_or_404, show
from motcua.modules.dossiers.queries import clock_entries, registered, rules_of
from motcua.modules.dossiers.units import handling_choices, units_today
from motcua.reference.applicants.api import (
    Applicant,
    ApplicantRefused,
    IdentityKind,
    Kind,
    find_applicants,
    likely_duplicates,
    masked,
    register_applicant,
)
from motcua.reference.calendars.api import calendar_for
from motcua.reference.people.api import UnitRef

SHOWN = 8
RECENT = 8
_SCANS = frozenset({PDF, PNG, JPEG})
_CHANNELS = {1: "direct", 2: "online", 3: "post"}


@page(may.RECEIVE, methods=("GET", "POST"))
def reception(request: ViewedRequest) -> HttpResponse:
    """The desk's screen. A POST with `do` receives, asks for a supplement or refuses; without it the page is drawn
    anew with what was typed, for a browser without script and for htmx."""
    intake = Intake(request.POST, request.FILES)
    if request.method == "POST" and intake.text("do") in _ENDINGS:
        answer = _end(request, intake)
        if answer is not None:
            return answer
    context = _context(request, intake)
    status = 400 if intake.errors else 200
    response = show(request, "dossiers/reception/reception.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


# -- what the page shows ---------------------------------------------------------------------------


def desks(request: ViewedRequest) -> list[Any]:
    """The units at which this officer receives, by name."""
    units = units_today(request.province.pk).values()
    mine = [
        unit
        for unit in units
        if request.viewer.may(may.RECEIVE, province=request.province, unit_path=unit.path)
    ]
    own = {held.unit_code for held in request.viewer.grants}
    return sorted(mine, key=lambda unit: (unit.code not in own, unit.name))


def _context(request: ViewedRequest, intake: Intake) -> dict[str, Any]:
    places = desks(request)
    if not places:
        raise Http404
    desk = next((unit for unit in places if unit.code == intake.text("desk")), places[0])
    words, card = intake.text("q"), read_card(intake.sent.get("q", ""))
    info = _chosen_procedure(request, intake, desk.code)
    return {
        "intake": intake,
        "errors": intake.errors,
        "desk": desk,
        "desks": places[:200],
        "words": "" if card else words,
        "people": _people(request, card.number if card else words),
        "chosen": _chosen_person(request, intake),
        "new": _new_person(intake, card),
        "alike": _alike(request, intake),
        "kinds": [(kind.value, _(kind.label)) for kind in Kind],
        "identity_kinds": [(kind.value, _(kind.label)) for kind in IdentityKind],
        "procedure_words": intake.text("p"),
        "procedures": _procedures(request, intake, info),
        "recent": _recent(request) if not intake.text("p") and info is None else [],
        "info": info,
        "details": _details(request, intake, info, desk.code) if info else None,
        "waiting": registered(request.viewer, request.province).count(),
        "key": intake.text("key") or uuid.uuid4().hex,
    }


def _people(request: ViewedRequest, words: str) -> list[tuple[Applicant, str]]:
    if len(words) < 2:
        return []
    rows = find_applicants(request.viewer, request.province, words)[:SHOWN]
    return [(one, str(masked(one))) for one in rows]


def _chosen_person(request: ViewedRequest, intake: Intake) -> Applicant | None:
    uid = intake.uid("applicant")
    return Applicant.objects.filter(province=request.province, uid=uid).first() if uid else None


def _new_person(intake: Intake, card: Any) -> dict[str, str]:
    """The fields of a new person: as typed, or as the card says."""
    draft = intake.draft()
    typed = {name: getattr(draft, name) for name in draft.__dataclass_fields__}
    typed["birth_date"] = _shown_day(typed["birth_date"])
    if card is not None:
        typed |= {
            "kind": Kind.CITIZEN.value,
            "identity_kind": IdentityKind.CITIZEN_ID.value,
            "identity_number": card.number,
            "display_name": card.name,
            "birth_date": _shown_day(card.birth_date),
            "address": card.address,
        }
    return typed


def _shown_day(text: str) -> str:
    return "/".join(reversed(text.split("-"))) if text.count("-") == 2 else text


def _alike(request: ViewedRequest, intake: Intake) -> list[Any]:
    draft = intake.draft()
    if not intake.new_person or not (draft.display_name or draft.identity_number or draft.phone):
        return []
    return likely_duplicates(request.province, draft)


def _chosen_procedure(request: ViewedRequest, intake: Intake, desk: str) -> ProcedureInfo | None:
    code = intake.text("procedure")
    if not code:
        return None
    return procedure_on(request.province, code, today(), unit_code=intake.text("handling") or desk)


def _procedures(request: ViewedRequest, intake: Intake, info: ProcedureInfo | None) -> list[Any]:
    words = intake.text("p")
    if info is not None and words in ("", info.code):
        return []
    return search_procedures(request.province, words, limit=SHOWN, begun=True) if len(words) >= 2 else []


def _recent(request: ViewedRequest) -> list[dict[str, str]]:
    """What this officer received last, once each."""
    rows = (
        Dossier.objects.filter(pk__in=_newest(request))
        .values("procedure_code", "procedure_name")
        .annotate(last=Max("pk"))
        .order_by("-last")
    )
    return [{"code": row["procedure_code"], "name": row["procedure_name"]} for row in rows[:RECENT]]


def _newest(request: ViewedRequest) -> list[int]:
    mine = request.viewer.within(
        Dossier.objects.filter(province=request.province), may.RECEIVE, unit_path="received_path"
    )
    return list(
        mine.filter(received_at__isnull=False).order_by("-received_at").values_list("pk", flat=True)[:100]
    )


def _details(request: ViewedRequest, intake: Intake, info: ProcedureInfo, desk: str) -> dict[str, Any]:
    case = intake.text("case") if intake.sent.get("shown_case", "").startswith(f"{info.code}|") else ""
    if not any(one.name == case for one in info.content.cases):
        case = info.content.cases[0].name if info.content.cases else ""
    channel = intake.number("channel", 1, 1, 3)
    units = handling_choices(request.province.pk, info, desk)
    handling = intake.text("handling") if intake.text("procedure_was") == info.code else ""
    return {
        "case": case,
        "cases": [one.name for one in info.content.cases],
        "channel": channel,
        "limit": info.content.limit(_CHANNELS[channel], case),
        "lines": intake.lines(info, case),
        "units": units[:150],
        "handling": handling or units[0].code,
        "return_channel": intake.number("return_channel", 1, 1, 3),
        "sets": intake.number("sets", info.content.sets or 1, 1, 99),
        "shown_case": f"{info.code}|{case}",
        "hand_over": "hand_over" in intake.sent or "shown_case" not in intake.sent,
    }


# -- what the page does ----------------------------------------------------------------------------


def _end(request: ViewedRequest, intake: Intake) -> HttpResponse | None:
    """Does what was asked, all of it or nothing; None when something is missing, said beside its field."""
    if not request.viewer.may(may.RECEIVE, province=request.province):
        raise NotPermitted(may.RECEIVE)
    places = desks(request)
    desk = next((unit for unit in places if unit.code == intake.text("desk")), places[0] if places else None)
    before = api.filed_before(request.province, desk.code, intake.text("key")[:64]) if desk else None
    if before is not None:
        return redirect("dossiers:received", uid=before.uid)
    info = _chosen_procedure(request, intake, desk.code) if desk else None
    if desk is None or not _is_complete(request, intake, info):
        return None
    assert info is not None
    try:
        with transaction.atomic():
            done = _file(request, intake, info, desk)
    except ApplicantRefused as refusal:
        intake.errors[f"new_{refusal.field}" if refusal.field else "applicant"] = refusal.message
    except FileRefused as refusal:
        intake.errors["papers"] = str(refusal)
    except api.DossierRefused as refusal:
        intake.errors["procedure" if "filing" in refusal.code else "form"] = refusal.message
    else:
        return redirect("dossiers:received", uid=done.uid)
    return None


def _is_complete(request: ViewedRequest, intake: Intake, info: ProcedureInfo | None) -> bool:
    if not intake.new_person and _chosen_person(request, intake) is None:
        intake.errors["applicant"] = _("Hãy chọn người nộp trong danh sách, hoặc thêm người mới.")
    if info is None:
        intake.errors["procedure"] = _("Hãy chọn thủ tục trong danh sách.")
    if intake.text("do") != "receive" and not intake.text("reason"):
        intake.errors["reason"] = _("Hãy ghi lý do để in vào phiếu.")
    alike = _alike(request, intake)
    if alike and intake.text("confirmed") != "1":
        intake.errors["alike"] = _("Có thể người này đã có trong danh sách. Hãy chọn người đã có, hoặc đánh dấu vẫn thêm mới.")  # fmt: skip
    return not intake.errors


def _file(request: ViewedRequest, intake: Intake, info: ProcedureInfo, desk: Any) -> Done:
    viewer, province, key = request.viewer, request.province, intake.text("key")[:64] or None
    unit = UnitRef(desk.code, desk.path, desk.name)
    person = _chosen_person(request, intake) or register_applicant(
        viewer, province, intake.draft(), unit=unit
    )
    details = _details(request, intake, info, desk.code)
    filing = Filing(
        procedure_code=info.code,
        applicant=person.uid,
        submitter=_submitter(request, intake, unit),
        receiving=desk.code,
        handling=intake.text("handling") or details["handling"],
        case=details["case"],
        channel=details["channel"],
        return_channel=details["return_channel"],
        origin="post" if details["channel"] == 3 else "counter",
        subject=intake.text("subject"),
        sets=details["sets"],
        papers=intake.handed(details["lines"], _stored(request, intake)),
        project=intake.text("project")[:60],
    )
    return _ENDINGS[intake.text("do")](request, intake, filing, details, key)


def _submitter(request: ViewedRequest, intake: Intake, unit: UnitRef) -> uuid.UUID | None:
    """An authorised person who hands the dossier in for the applicant: found by number, else entered by name."""
    number = intake.text("submitter")
    if not number:
        return None
    found = find_applicants(request.viewer, request.province, number).first()
    if found is None:
        raise ApplicantRefused(
            "submitter",
            _("Không tìm thấy người nộp thay theo số giấy tờ hoặc điện thoại này; hãy thêm người đó trước."),
        )
    return found.uid


def _stored(request: ViewedRequest, intake: Intake) -> dict[int, int]:
    """Scans by paper number, kept through the files room."""
    kept = {}
    for name, upload in intake.files.items():
        number = name.removeprefix("file_")
        if name.startswith("file_") and number.isascii() and number.isdigit():
            stored = store(
                upload.file, name=upload.name or "", province=request.province, viewer=request.viewer, accept=_SCANS
            )  # fmt: skip
            kept[int(number)] = stored.pk
    return kept


def _receive(
    request: ViewedRequest, intake: Intake, filing: Filing, details: dict[str, Any], key: str | None
) -> Done:
    return api.file_dossier(
        request.viewer, request.province, filing, hand_over="hand_over" in intake.sent, idempotency_key=key
    )


def _supplement(
    request: ViewedRequest, intake: Intake, filing: Filing, details: dict[str, Any], key: str | None
) -> Done:
    done = api.register_dossier(request.viewer, request.province, filing, idempotency_key=key)
    items = intake.missing(details["lines"]) or [intake.text("reason")]
    return api.request_supplement(request.viewer, done.uid, items, intake.text("reason"), idempotency_key=key)


def _refuse(
    request: ViewedRequest, intake: Intake, filing: Filing, details: dict[str, Any], key: str | None
) -> Done:
    done = api.register_dossier(request.viewer, request.province, filing, idempotency_key=key)
    return api.refuse_dossier(request.viewer, done.uid, intake.text("reason"), idempotency_key=key)


_ENDINGS = {"receive": _receive, "supplement": _supplement, "refuse": _refuse}


@page(may.RECEIVE)
def received(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """What was just done: code, appointment and why, papers to print, and on to the next person."""
    dossier = dossier_or_404(request, uid)
    told = clocks.story(
        clock_entries(dossier),
        calendar_for(dossier.province_id, dossier.unit_path),
        rules_of(dossier.province_id),
    )
    context = {
        "dossier": dossier,
        "story": told[0] if told else "",
        "slips": Slip.objects.filter(dossier=dossier).order_by("pk"),
    }
    return show(request, "dossiers/reception/received.html", context)


@page(may.RECEIVE)
def desk_today(request: ViewedRequest) -> HttpResponse:
    """What waits to be received, and what these desks received today, with the slips to print again."""
    start = local(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = request.viewer.within(
        Dossier.objects.filter(province=request.province, received_at__gte=start),
        may.RECEIVE,
        unit_path="received_path",
    )
    context = {
        "waiting": registered(request.viewer, request.province)[:100],
        "today": mine.order_by("-received_at").prefetch_related("slips")[:200],
    }
    return show(request, "dossiers/reception/today.html", context)
