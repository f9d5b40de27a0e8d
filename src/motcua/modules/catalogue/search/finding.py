"""The search of the room: what is in force today, found by what people type."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.modules.catalogue.caching import memory
from motcua.modules.catalogue.models import Lifecycle, Origin, Procedure, Version
from motcua.modules.catalogue.search.index import Entry, Index
from motcua.modules.catalogue.search.language import LifeEvent, events_in, life_events, read, written_out
from motcua.modules.catalogue.search.words import words_of

_CODE = re.compile(r"\d\.\d{1,6}(\.\S*)?|\d{5,7}")
_LEAST = 0.12  # below that a hit is chance
_OF_EVENT = 0.75  # the first procedure of a life event that is all the query says
_LEVELS = ("", "province", "commune")
LONGEST_QUERY = 200
_building = threading.Lock()


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure found. `score` falls along the list; `why` says in Vietnamese what it was found by."""

    version_id: int
    code: str
    name: str
    score: float
    why: str


def search_procedures(
    province: Province,
    text: str,
    *,
    level: str = "",
    field: str = "",
    online: str = "",
    life_event: str = "",
    limit: int = 20,
    begun: bool = False,
) -> list[Hit]:
    """The live procedures in force today that the text is likeliest to mean, the best first.

    With or without diacritics; abbreviations, synonyms, slips of typing, life events and codes (whole, begun, with
    the agency's suffix) are understood. `level` "province" or "commune"; `field` a field's code; `online` "full",
    "partial" or "none"; `life_event` a key: only its procedures, in its order when the text is empty. `begun`: the
    last word may be unfinished. Raises ValueError for an unknown level.
    """
    if level not in _LEVELS:
        raise ValueError(f"level {level!r}")
    catalogue = _catalogue(province, today())
    keep = _filter(level, field, online, life_event)
    if life_event and not words_of(text):
        return _of_event(catalogue, life_event, keep)[:limit]
    return search_catalogue(catalogue, text, keep, limit=limit, begun=begun)


def count_use(province: Province, code: str) -> None:
    """One more use of a procedure (filed, opened from a search): what many use comes a little earlier.

    The index takes it up when it is next built, at the latest the next day.
    """
    Procedure.objects.filter(province=province, code=code).update(popularity=F("popularity") + 1)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is searched, in memory."""

    index: Index
    by_code: dict[str, Entry]


def search_catalogue(
    catalogue: Catalogue,
    text: str,
    keep: Callable[[Entry], bool] = lambda _entry: True,
    *,
    limit: int = 20,
    begun: bool = False,
) -> list[Hit]:
    """The search itself, of any catalogue in memory; `keep` leaves out entries."""
    text = text.strip()[:LONGEST_QUERY]
    if not words_of(text):
        return []
    if _CODE.fullmatch(text):
        return _by_code(catalogue, text, keep)[:limit]
    return _by_words(catalogue, text, keep, begun=begun)[:limit]


def _catalogue(province: Province, day: dt.date) -> Catalogue:
    kept = memory()
    key = ("search", province.pk, day)
    if key not in kept:
        with _building:  # the others wait for one that builds, instead of building it as well
            if key not in kept:
                kept[key] = catalogue_of(_entries(province, day))
    found: Catalogue = kept[key]
    return found


def catalogue_of(entries: Iterable[Entry]) -> Catalogue:
    """What is searched, of entries of any source."""
    rows = list(entries)
    return Catalogue(Index(rows), {one.code: one for one in rows})


def _entries(province: Province, day: dt.date) -> Iterable[Entry]:
    rows = Version.objects.filter(
        Version.on(day), province=province, procedure__lifecycle=Lifecycle.LIVE
    ).values_list(
        "pk",
        "procedure__code",
        "name",
        "field__code",
        "field__name",
        "content__results",
        "procedure__at_province",
        "procedure__at_commune",
        "online_level",
        "procedure__origin",
        "procedure__essential",
        "procedure__popularity",
    )
    for pk, code, name, field, field_name, results, province_, commune, online, origin, tag, uses in rows:
        names = " ".join(one["name"] for one in results or ())
        yield Entry(
            version_id=pk,
            code=code,
            name=name,
            field_code=field,
            beside=f"{field_name} {names}",
            at_province=province_,
            at_commune=commune,
            online_level=online,
            simulated=origin == Origin.SIMULATED,
            essential=bool(tag),
            popularity=uses,
        )


def _filter(level: str, field: str, online: str, life_event: str) -> Callable[[Entry], bool]:
    codes = set(_event(life_event).codes) if life_event else set()

    def keep(one: Entry) -> bool:
        return (
            (not level or (one.at_province if level == "province" else one.at_commune))
            and (not field or one.field_code == field)
            and (not online or one.online_level == online)
            and (not codes or one.code in codes)
        )

    return keep


def _event(key: str) -> LifeEvent:
    """Raises ValueError."""
    for event in life_events():
        if event.key == key:
            return event
    raise ValueError(f"life event {key!r}")


def _of_event(catalogue: Catalogue, key: str, keep: Callable[[Entry], bool]) -> list[Hit]:
    event = _event(key)
    entries = [catalogue.by_code[code] for code in event.codes if code in catalogue.by_code]
    why = _("Việc trong đời: {event}").format(event=_(event.name))
    return [_hit(one, 1 - place / 100, why) for place, one in enumerate(entries) if keep(one)]


def _by_code(catalogue: Catalogue, text: str, keep: Callable[[Entry], bool]) -> list[Hit]:
    """Whole codes first, then codes that begin so, then codes that hold it after the dot."""
    core = text[:8]
    ranked = []
    for code, entry in catalogue.by_code.items():
        if code == core:
            ranked.append((1.0, entry))
        elif code.startswith(core):
            ranked.append((0.8, entry))
        elif ("." not in text and code.replace(".", "").startswith(text)) or text in code.partition(".")[2]:
            ranked.append((0.6, entry))
    ranked.sort(key=lambda pair: (-pair[0], pair[1].code))
    return [_hit(entry, score, _("Mã thủ tục")) for score, entry in ranked if keep(entry)]


def _by_words(catalogue: Catalogue, text: str, keep: Callable[[Entry], bool], *, begun: bool) -> list[Hit]:
    index = catalogue.index
    query, changed = index.mender.mend(words_of(text), begun=begun)
    query = written_out(query)
    why = _why(changed)
    scores = {
        found.entry.code: (found.score, why)
        for found in index.find(read(query), begun=begun)
        if found.score >= _LEAST
    }
    for event, alone in events_in(query):
        _lift(scores, event, alone=alone)
    hits = [
        _hit(catalogue.by_code[code], score, reason)
        for code, (score, reason) in scores.items()
        if code in catalogue.by_code and keep(catalogue.by_code[code])
    ]
    return sorted(hits, key=lambda one: (-one.score, len(one.name), one.code))


def _why(changed: tuple[tuple[str, str], ...]) -> str:
    if not changed:
        return _("Khớp tên thủ tục")
    read_as = "; ".join(_("“{typed}” là “{meant}”").format(typed=a, meant=b) for a, b in changed)
    return _("Khớp tên thủ tục, hiểu {read_as}").format(read_as=read_as)


def _lift(scores: dict[str, tuple[float, str]], event: LifeEvent, *, alone: bool) -> None:
    why = _("Việc trong đời: {event}").format(event=_(event.name))
    for place, code in enumerate(event.codes):
        share = 1 - place / (len(event.codes) + 1)
        score, reason = scores.get(code, (0.0, why))
        lifted = max(score, _OF_EVENT * share) + 0.1 * share if alone else score + 0.12 * share
        scores[code] = (lifted, why if alone else reason)


def _hit(entry: Entry, score: float, why: str) -> Hit:
    return Hit(entry.version_id, entry.code, entry.name, score, why)
