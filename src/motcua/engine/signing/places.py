"""Where on a paper numbers, days and signatures stand. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

PERSON, NUMBER, DAY, SEAL = "nguoi_ky", "so_ky_hieu", "ngay_ban_hanh", "con_dau"
SEAL_SIDE = 102.0  # points: 36 mm, the size of the round seals of agencies


class Place(Protocol):
    """A slot of a template (`engine.documents`)."""

    name: str
    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a page: page from 0; points from its lower left corner."""

    page: int
    x: float
    y: float
    width: float
    height: float

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """Left, bottom, right, top, in whole points."""
        left, bottom = round(self.x), round(self.y)
        return left, bottom, left + round(self.width), bottom + round(self.height)


@dataclass(frozen=True, slots=True)
class Fields:
    """What is put on a paper after it is made. Without persons the organisation signs alone (slips, copies)."""

    persons: tuple[Box, ...] = ()
    number: Box | None = None
    day: Box | None = None
    seal: Box | None = None
    labels: dict[str, str] = field(default_factory=dict)

    def named(self) -> dict[str, Box]:
        """Every box by the name of its field in the file."""
        boxes = {person_field(index): box for index, box in enumerate(self.persons)}
        rest = {NUMBER: self.number, DAY: self.day, SEAL: self.seal}
        return boxes | {name: box for name, box in rest.items() if box is not None}


def person_field(index: int) -> str:
    """Name of the signature field of the nth person who signs, from 0."""
    return PERSON if index == 0 else f"{PERSON}_{index + 1}"


def fields_of(slots: Iterable[Place]) -> Fields:
    """Fields at the slots of a template: `person` (also `person-2`, …), `number`, `day`, `seal`.

    Without a slot of its own the seal covers the left third of the last person's signature (Decree 30/2020/NĐ-CP,
    Annex I).
    """
    boxes = {slot.name: Box(slot.page, slot.x, slot.y, slot.width, slot.height) for slot in slots}
    names = sorted(name for name in boxes if name == "person" or name.startswith("person-"))
    persons = tuple(boxes[name] for name in names)
    seal = boxes.get("seal") or (seal_over(persons[-1]) if persons else None)
    return Fields(persons, boxes.get("number"), boxes.get("day"), seal)


def seal_over(person: Box) -> Box:
    """The round seal over the left third of a signature, on the same height."""
    right = person.x + person.width / 3
    middle = person.y + person.height / 2
    return Box(person.page, right - SEAL_SIDE, middle - SEAL_SIDE / 2, SEAL_SIDE, SEAL_SIDE)


def corner_of_first_page(width: float, height: float) -> Box:
    """Where a copy or an annex bears the organisation's signature: top right of the first page of that size."""
    return Box(0, width - 20 - 170, height - 12 - 36, 170, 36)
