"""Numbers of a whole year before any row is written: in every series, in the order in which acts take them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from motcua.kernel.worktime.instants import date_of_minute
from motcua.simulation.acts import Act, Extra
from motcua.simulation.extras import PAYMENT, ends
from motcua.simulation.routes import Map
from motcua.simulation.story import Story

RECEIVING, HANDLING = "receiving", "handling"
# Which register an act takes a number from, and whose.
_TAKES = {
    "file": ("dossier", RECEIVING),
    "receive": ("dossier", RECEIVING),
    "ask": ("slip:02", HANDLING),
    "extend": ("slip:04", HANDLING),
    "apologise": ("slip:04", HANDLING),
    "refuse": ("slip:03", RECEIVING),
    "stop": ("slip:05", HANDLING),
    "withdraw": ("slip:withdrawal", RECEIVING),
}
_RESULT = ("result", HANDLING)
_PLACE_BITS, _NUMBER_BITS = 6, 26
_ASIDE = (1 << _PLACE_BITS) - 1  # in the place of an act: what another room does
Series = tuple[str, str, str]  # kind, unit code, period


def kind_taken(story: Story, place: int) -> str | None:
    """The kind of register an act takes a number from."""
    takes = _taken(story, story.acts[place])
    return takes[0] if takes else None


def _taken(story: Story, act: Act) -> tuple[str, str] | None:
    return _TAKES.get(act.verb) or (_RESULT if ends(act, story.route) else None)


def series_of(story: Story, place: int, units: Map) -> Series | None:
    """The series an act takes a number from; None when it takes none."""
    act = story.acts[place]
    takes = _taken(story, act)
    if takes is None:
        return None
    kind, seat = takes
    unit = units.at(story.receiving if seat == RECEIVING else story.handling, act.minute)
    day = date_of_minute(act.minute)
    return kind, unit, f"{day:%y%m%d}" if kind == "dossier" else f"{day:%Y}"


def series_of_extra(story: Story, extra: Extra, units: Map) -> Series | None:
    """The series what another room does takes a number from: the receipt of the desk that collects."""
    if extra.name != PAYMENT:
        return None
    kind = story.route.fees[story.planned.channel].kind
    return f"receipt:{kind}", units.at(story.receiving, extra.minute), f"{date_of_minute(extra.minute):%Y}"


def note_numbers(story: Story, units: Map, taken: dict[Series, list[int]]) -> None:
    """Adds what a story's acts take to what is to be ranked."""
    for place, act in enumerate(story.acts):
        series = series_of(story, place, units)
        if series is not None:
            key = story.number << _PLACE_BITS | place
            taken.setdefault(series, []).append(act.minute << (_NUMBER_BITS + _PLACE_BITS) | key)
    for extra in story.extras:
        series = series_of_extra(story, extra, units)
        if series is not None:
            key = story.number << _PLACE_BITS | _ASIDE
            taken.setdefault(series, []).append(extra.minute << (_NUMBER_BITS + _PLACE_BITS) | key)


def dossier_of(key: int) -> int:
    """The number of the dossier in what `note_numbers` noted."""
    return key >> _PLACE_BITS & (1 << _NUMBER_BITS) - 1


@dataclass
class Numbers:
    """Numbers given, by dossier and act; the last of every series."""

    last: dict[Series, int] = field(default_factory=dict)
    given: dict[int, int] = field(default_factory=dict)

    def rank(self, taken: dict[Series, list[int]]) -> None:
        """By moment, then by dossier, then by act: as the operations give them."""
        mask = (1 << (_NUMBER_BITS + _PLACE_BITS)) - 1
        for series, keys in taken.items():
            keys.sort()
            for number, key in enumerate(keys, start=1):
                self.given[key & mask] = number
            self.last[series] = len(keys)

    def of_act(self, story: Story, place: int) -> int:
        """The number an act takes; 0 when it takes none."""
        return self.given.get(story.number << _PLACE_BITS | place, 0)

    def of_extra(self, story: Story) -> int:
        """The number what another room does takes; 0 when it takes none."""
        return self.given.get(story.number << _PLACE_BITS | _ASIDE, 0)

    def of_story(self, story: Story) -> list[int]:
        """By act, 0 where it takes none."""
        return [self.of_act(story, place) for place in range(len(story.acts))]

    def series(self, story: Story, units: Map) -> Iterator[tuple[Series, int]]:
        """The series and numbers of a story's acts."""
        for place in range(len(story.acts)):
            series = series_of(story, place, units)
            if series is not None:
                yield series, self.of_act(story, place)
        for extra in story.extras:
            series = series_of_extra(story, extra, units)
            if series is not None:
                yield series, self.of_extra(story)
