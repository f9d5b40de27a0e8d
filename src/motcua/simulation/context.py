"""What the rows of a story are made of besides constants: moments, units, people, the procedure, numbers, identifiers.

A template (`templates.py`) names these as small expressions over a `Context`; the same expressions are tried on a
captured story to learn what each text in its rows is, and run on every other story of its kind.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from motcua.kernel.worktime import Duration, WorkCalendar, hand_over_by, to_instant
from motcua.kernel.worktime.instants import date_of_minute, to_minute
from motcua.modules.dossiers.api import lexemes
from motcua.reference.calendars.api import Lead, parameter
from motcua.simulation.acting import Player, draft_of, filed_as, officer_of
from motcua.simulation.acts import WORKER
from motcua.simulation.draws import Draws
from motcua.simulation.numbering import Numbers
from motcua.simulation.people import applicant_draft
from motcua.simulation.routes import Place, Route
from motcua.simulation.story import Story

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
# How a moment is written, by place in the tuple of `times`.
STAMP, JSON_UTC, MICRO, LOCAL_ISO, UTC_ISO, SHOWN, DAY, YEAR, SHORT_DAY = range(9)
Text = tuple[str, str, str]  # raw, for COPY, inside JSON


def text_of(raw: str) -> Text:
    """A text as it is, as COPY wants it, and as it stands in JSON."""
    return raw, raw.replace("\\", "\\\\"), json.dumps(raw, ensure_ascii=False)[1:-1]


class Times(dict[int, tuple[str, ...]]):
    """A minute in all its spellings, made when first asked for."""

    def __missing__(self, minute: int) -> tuple[str, ...]:
        here = to_instant(minute)
        there = here.astimezone(dt.UTC)
        plain = f"{there:%Y-%m-%dT%H:%M}:00"
        made = self[minute] = (
            f"{there:%Y-%m-%d %H:%M}:00+00",
            f"{plain}Z",
            f"{plain}.000000+00:00",
            here.isoformat(),
            f"{plain}+00:00",
            f"{here:%d/%m/%Y %H:%M}",
            f"{here:%Y-%m-%d}",
            f"{here:%Y}",
            f"{here:%y%m%d}",
        )
        return made


@dataclass(frozen=True, slots=True)
class UnitTexts:
    code: str
    path: str
    keeper: str
    name: Text


@dataclass(frozen=True, slots=True)
class OfficerTexts:
    id: str
    name: Text
    file: str


@dataclass(frozen=True, slots=True)
class ApplicantTexts:
    """`paper`, `paper_uid`, `register`: the paper of a register in their store."""

    key: str
    paper: str
    paper_uid: str
    register: str
    kind: str
    raw: str
    name: Text
    identity: Text
    address: Text
    phone: Text
    email: Text


@dataclass(frozen=True, slots=True)
class FiledTexts:
    channel: str
    origin: str
    returned: str
    favourable: str
    result: Text
    summary: Text


@dataclass(frozen=True, slots=True)
class FeeTexts:
    name: Text
    amount: str
    kind: str


@dataclass(frozen=True, slots=True)
class RouteTexts:
    code: str
    name: Text
    version: str
    process: str
    field: str
    limit: str
    limit_text: Text
    minutes: tuple[int, ...]
    steps: tuple[Text, ...]
    papers: tuple[Text, ...]
    originals: tuple[str, ...]
    copies: tuple[str, ...]
    result_code: str
    fees: Mapping[str, FeeTexts]


class Workshop:
    """What contexts of one year share: tables of texts and the deadline arithmetic of the operations."""

    def __init__(self, player: Player, numbers: Numbers, keepers: Mapping[str, str]) -> None:
        self.player, self.numbers, self.keepers = player, numbers, keepers
        self.times = Times()
        now, before = player.ground.map.places, player.ground.map.before
        self.units = {code: _unit_texts(place, keepers) for code, place in now.items()}
        self.former = {code: _unit_texts(place, keepers) for code, place in before.items()}
        self.officers = {
            one.user_id: OfficerTexts(str(one.user_id), text_of(one.name), str(one.file or ""))
            for roles in player.cast.staff.values()
            for people in roles.values()
            for one in people
        }
        self.routes = {code: _route_texts(route) for code, route in player.ground.routes.items()}
        self.clockwork = Clockwork(player)
        self._filed: dict[tuple[str, int, bool], FiledTexts] = {}
        self.applicant = lru_cache(maxsize=200_000)(self._applicant)

    def filed(self, story: Story) -> FiledTexts:
        key = (story.planned.channel, story.return_channel, story.favourable)
        made = self._filed.get(key)
        if made is None:
            filing, draft = filed_as(story), draft_of(story)
            made = self._filed[key] = FiledTexts(
                str(filing[0]),
                filing[1],
                str(story.return_channel),
                "true" if draft.favourable else "false",
                text_of(draft.name),
                text_of(draft.summary),
            )
        return made

    def _applicant(self, number: int) -> ApplicantTexts:
        draft = applicant_draft(number)
        entered = self.player.applicants[number]
        key, uid, register = entered.paper or ("", "", "")
        return ApplicantTexts(
            str(entered.key),
            str(key),
            str(uid),
            register,
            str(draft.kind),
            draft.display_name,
            *(
                text_of(one)
                for one in (
                    draft.display_name,
                    draft.identity_number,
                    draft.address,
                    draft.phone,
                    draft.email,
                )
            ),
        )


def _unit_texts(place: Place, keepers: Mapping[str, str]) -> UnitTexts:
    return UnitTexts(place.code, place.path, keepers.get(place.code, place.path), text_of(place.name))


def _route_texts(route: Route) -> RouteTexts:
    return RouteTexts(
        route.code,
        text_of(route.name),
        str(route.version_id),
        str(route.process_id),
        route.field_code,
        route.limit_text,
        text_of(route.limit_text),
        tuple(step.minutes for step in route.steps),
        tuple(text_of(step.name) for step in route.steps),
        tuple(text_of(paper.name) for paper in route.papers),
        tuple(str(paper.originals) for paper in route.papers),
        tuple(str(paper.copies) for paper in route.papers),
        route.result_code,
        {
            channel: FeeTexts(text_of(fee.name), str(fee.amount), fee.kind)
            for channel, fee in route.fees.items()
        },
    )


class Clockwork:
    """Deadlines by the minute, as the operations reckon them with the same calendar, rules and parameters."""

    def __init__(self, player: Player) -> None:
        ground = player.ground
        self.rules = ground.rules
        self.add: Callable[[int, int], int] = self.rules.sessions.add
        self.promise, self.shift = self.rules.promise, self.rules.shifted
        self._calendar: WorkCalendar = self.rules.calendar
        self._province = ground.province.pk
        self._leads: dict[tuple[int, int], int] = {}
        self._handed: dict[int, int] = {}

    def warn(self, due: int, whole: int, now: int) -> int:
        """When to warn of a step due then that has so many working minutes, by the parameter of the day."""
        key = (now // 1440, whole)
        lead = self._leads.get(key)
        if lead is None:
            value: Lead = parameter(self._province, "dossiers.warn_before", date_of_minute(now))
            lead = Duration.of_minutes(value.minutes(whole, self._calendar.day_minutes)).minutes(
                self._calendar.day_minutes
            )
            self._leads[key] = lead
        return self.rules.sessions.subtract(due, lead)

    def hand_over(self, received: int) -> int:
        """By when a desk hands over what it received."""
        kept = self._handed.get(received)
        if kept is None:
            moment = to_instant(received)
            kept = self._handed[received] = to_minute(
                hand_over_by(self._calendar, moment, self.rules.rule_for(moment.date()))
            )
        return kept


class Context:
    """One story's own. By act: `m` minutes, `v` moments they name, `k` words, `n` numbers they take, `o` who does them.
    `w` the officer who works on it, `r` its procedure, `a` its applicant, `u` its units (handling, receiving, asked, then
    their heirs), `f` how it was filed and what its result is, `num` its number, `did` its key in the table."""

    __slots__ = ("a", "did", "f", "k", "m", "n", "num", "o", "r", "u", "v", "w")

    def __init__(self, shop: Workshop, story: Story, did: str) -> None:
        player, acts = shop.player, story.acts
        units, find = player.ground.map, shop.units
        self.did, self.num = did, story.number
        self.m = [act.minute for act in acts]
        self.v = [act.until for act in acts]
        self.k = [act.word for act in acts]
        self.n = shop.numbers.of_story(story)
        officers = shop.officers
        self.o = [officers[officer_of(player, story, act.minute, act.role)] for act in acts]
        self.w = officers[officer_of(player, story, acts[0].minute, WORKER)]
        self.r = shop.routes[story.route.code]
        self.a = shop.applicant(story.applicant)
        heirs = units.heirs
        codes = (story.handling, story.receiving, story.asked or story.handling)
        first = shop.former if units.merger is not None and self.m[0] < units.merger else find
        self.u = tuple(first[code] for code in codes) + tuple(find[heirs.get(code, code)] for code in codes)
        self.f = shop.filed(story)


def uid_maker(draws: Draws) -> Callable[[int, int, int, int], str]:
    """uid(number, act, draw, minute): the identifier the act's draw gives at that minute."""
    number = draws.number

    def uid(story: int, act: int, draw: int, minute: int) -> str:
        bits = number(f"{story}:{act}:{draw}") >> 54
        millisecond = (minute - 420) * 60_000
        high = f"{millisecond:012x}"
        middle, low = bits >> 62, 0b10 << 62 | bits & ((1 << 62) - 1)
        last = f"{low:016x}"
        return f"{high[:8]}-{high[8:]}-7{middle:03x}-{last[:4]}-{last[4:]}"

    return uid


def check_maker(draws: Draws) -> Callable[[int, int, int], str]:
    """check(number, act, draw): the check value the act's draw gives."""

    def check(story: int, act: int, draw: int) -> str:
        drawn, letters = draws.number(f"{story}:{act}:{draw}") >> 64, []
        for _place in range(8):
            drawn, place = divmod(drawn, len(_LETTERS))
            letters.append(_LETTERS[place])
        return "".join(letters)

    return check


@lru_cache(maxsize=200_000)
def search_of(name: str, unit: str, received: str, returned: str) -> str:
    """The search vector of a dossier, as COPY wants it."""
    return lexemes(name, unit, received, returned)
