"""Templates of what other rooms do beside a dossier: kinds and rows of their own, whatever the dossier's own acts are.

Learned and proven as the stories themselves are (`templates.py`), over a `Side` instead of a `Context`. A dossier is then
written as its story and its extras, one after the other: their kinds add up instead of multiplying.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motcua.simulation.acting import officer_of
from motcua.simulation.acts import LEADER, WORKER, Extra
from motcua.simulation.capturing import KEYED, Captured, Row
from motcua.simulation.context import SHORT_DAY, YEAR, ApplicantTexts, FeeTexts, Workshop
from motcua.simulation.extras import PAYMENT, RATING, RESULT, ends
from motcua.simulation.kinds import Kind
from motcua.simulation.routes import Map
from motcua.simulation.story import Story
from motcua.simulation.templates import Learner, Template, namespace, prove, written

_DRAWS = 40  # identifiers drawn at most
_NO_FEE = FeeTexts(("", "", ""), "", "")
_FIRST, RECEIVED, OWN, ALSO = range(4)


def minutes_of(story: Story, extra: Extra) -> tuple[int, int, int, int]:
    """When the dossier was first entered, when received, when the extra is done; and, of a result, when it was signed (0:
    never), of a rating, when the dossier ended, since what has ended keeps its unit."""
    received = next((act.minute for act in story.acts if act.verb in ("file", "receive")), 0)
    also = 0
    if extra.name == RESULT:
        signed = [act.minute for act in story.acts[: extra.place + 1] if act.verb == "sign"]
        also = max(signed, default=0)
    elif extra.name == RATING:
        also = next(
            act.minute for act in story.acts if act.verb in ("withdraw", "stop") or ends(act, story.route)
        )
    return story.acts[0].minute, received, extra.minute, also


def side_kind(story: Story, extra: Extra, units: Map) -> Kind:
    """Equal for extras whose rows differ only in what a `Side` holds."""
    minutes = minutes_of(story, extra)
    merger = units.merger or 0
    return (
        extra.name,
        _how(story, extra),
        story.receiving == story.handling,
        story.planned.channel == "online",
        tuple(0 < minute < merger for minute in minutes),
        minutes[OWN] == minutes[RECEIVED],
        minutes[ALSO] and minutes[ALSO] == minutes[OWN],
        tuple(code in units.heirs for code in (story.handling, story.receiving))
        if minutes[0] < merger
        else (),
    )


def _how(story: Story, extra: Extra) -> Kind:
    if extra.name == PAYMENT:
        return extra.word, story.route.fees[story.planned.channel].kind
    if extra.name == RESULT:
        return (story.favourable, bool(minutes_of(story, extra)[ALSO]))
    return extra.word, extra.numbers


class Side:
    """One extra's own: `m` minutes (`minutes_of`), `o` who does it, who signed; `n` the numbers of the dossier, of its
    result, of the extra; `u` units: handling and receiving then, their heirs, receiving when received, handling when
    signed or ended; `r` the procedure, `a` the applicant, `f` how it was filed, `g` the fee, `num` the dossier's number, `q` keys
    of the rows of `KEYED`."""

    __slots__ = ("a", "f", "g", "m", "n", "num", "o", "q", "r", "u")

    def __init__(self, shop: Workshop, story: Story, extra: Extra, keys: Sequence[str]) -> None:
        player, units = shop.player, shop.player.ground.map
        self.num, self.q = story.number, keys
        self.m = minutes_of(story, extra)
        signed = self.m[ALSO] or extra.minute
        signer = LEADER if self.m[ALSO] else WORKER
        self.o = [
            shop.officers[officer_of(player, story, minute, role)]
            for minute, role in ((extra.minute, extra.role), (signed, signer))
        ]
        numbers = shop.numbers.of_story(story)
        self.n = (
            next(
                (n for n, act in zip(numbers, story.acts, strict=True) if act.verb in ("file", "receive")), 0
            ),
            numbers[extra.place] if ends(story.acts[extra.place], story.route) else 0,
            shop.numbers.of_extra(story) if extra.name == PAYMENT else 0,
        )
        self.u = tuple(
            (shop.former if units.merger is not None and minute < units.merger else shop.units)[
                units.at(code, minute)
            ]
            for code, minute in (
                (story.handling, extra.minute),
                (story.receiving, extra.minute),
                (story.handling, units.merger or extra.minute),
                (story.receiving, units.merger or extra.minute),
                (story.receiving, self.m[RECEIVED]),
                (story.handling, signed),
            )
        )
        self.r = shop.routes[story.route.code]
        self.a: ApplicantTexts = shop.applicant(story.applicant)
        self.f = shop.filed(story)
        self.g = self.r.fees.get(story.planned.channel, _NO_FEE)


_PRELUDE = "".join(f"    {name} = c.{name}\n" for name in Side.__slots__)


def _names(side: Side) -> dict[str, Any]:
    return {name: getattr(side, name) for name in Side.__slots__}


def _expressions(extra: Extra) -> Iterable[tuple[str, bool, int | None, str]]:
    for place in range(6):
        for part in ("code", "path"):
            yield f"u[{place}].{part}", False, None, "unit"
        yield f"u[{place}].name", True, None, "unit"
    for place in range(len(KEYED)):
        yield f"q[{place}]", False, None, ""
    for part in ("name", "identity", "address", "phone", "email"):
        yield f"a.{part}", True, None, ""
    for part in ("key", "paper", "paper_uid", "register"):
        yield f"a.{part}", False, None, ""
    for part in ("code", "version", "field", "result_code"):
        yield f"r.{part}", False, None, ""
    for part in ("result", "summary"):
        yield f"f.{part}", True, None, ""
    yield "g.name", True, None, ""
    yield "g.amount", False, None, ""
    for place in range(2):
        yield f"o[{place}].id", False, None, ""
        yield f"o[{place}].name", True, None, ""
        yield f"o[{place}].file", False, None, ""
    yield "uid(num, 0, 0, m[0])", False, None, ""
    for draw in range(_DRAWS):
        uid = f"uid(num, {extra.name!r}, {draw}, m[2])"
        yield uid, False, None, ""
        yield f"code_of({uid})", False, None, ""
    yield f"'%s-%s-%04d' % (u[4].code, T[m[1]][{SHORT_DAY}], n[0])", False, None, "number"
    yield f"'%02d/%s' % (n[1], T[m[2]][{YEAR}])", False, None, "number"
    yield f"'%07d/%s' % (n[2], T[m[2]][{YEAR}])", False, None, "number"
    yield "'MAU%010d' % num", False, None, "number"
    for minute in ("m[2]", "m[1]", "m[3]", "m[2] + 1440"):
        for spelling in range(SHORT_DAY + 1):
            yield f"T[{minute}][{spelling}]", False, None, "moment"


# What a column or key says, whatever two stories share by chance: taken when it is so in the first.
_RULES: Mapping[str, tuple[tuple[str, bool], ...]] = {
    **dict.fromkeys(("owed", "paid", "paid_online", "amount", "listed"), (("g.amount", False),)),
    "name": (("g.name", True), ("f.result", True)),
    "field_code": (("r.field", False),),
    "procedure_code": (("r.code", False),),
    "version_id": (("r.version", False),),
    "kind_code": (("r.result_code", False),),
    "register_code": (("a.register", False),),
    "paper_id": (("a.paper", False),),
    "paper": (("a.paper_uid", False),),
    "file_id": (("o[0].file", False),),
}


@dataclass
class SideLearner(Learner):
    """Finds what each text in an extra's rows is. `taken`: the number it took, "" if none."""

    taken: str = ""

    def _ruled(self, first: str, key: str, step: int | None) -> tuple[str, bool] | None:
        for expression, is_text in _RULES.get(key, ()):
            if any(one.expression == expression for one in self.by_first.get(first, ())):
                return expression, is_text
        if key == "number" and self.taken and first == self.taken:
            return "n[2]", False
        if key == "year":
            return f"T[m[2]][{YEAR}]", False
        return None

    @property
    def ending(self) -> int:
        return OWN

    def given(self, row: Row, name: str) -> str:
        return "n[2]" if name == "number" else f"T[m[2]][{YEAR}]"


def learn_side(shop: Workshop, told: Sequence[tuple[Story, Extra]], captured: Sequence[Captured]) -> Template:
    """The template of two extras of a kind, proven by all. Raises Unlearned."""
    sides = [
        Side(shop, story, extra, keys_of(one)) for (story, extra), one in zip(told, captured, strict=True)
    ]
    story, extra = told[0]
    names = [_names(side) for side in sides[:2]]
    learner = SideLearner.of(shop, story, names, _expressions(extra))
    learner.taken = str(sides[0].n[2] or "")
    template = written(learner, captured, _PRELUDE)
    fill = template.compiled(namespace(shop))
    for side, one in zip(sides, captured, strict=True):
        prove(fill, side, one, "")
    return template


def keys_of(captured: Captured) -> list[str]:
    """The keys its rows have in the tables of `KEYED`; "" where it has none."""
    return [next((row["id"] or "" for row in captured.rows[table]), "") for table in KEYED]


def differing_sides(
    samples: Sequence[tuple[Story, Extra]], shop: Workshop
) -> list[tuple[Story, Extra]] | None:
    """Two that share nothing by chance, and a third for proof; None when there are none."""
    sides = [Side(shop, story, extra, ()) for story, extra in samples]
    routes, amounts = len({one.r.code for one in sides}), len({one.g.amount for one in sides})
    for place, first in enumerate(sides):
        for other in range(place + 1, len(sides)):
            if _share_nothing(first, sides[other], routes, amounts):
                rest = [one for one in range(len(samples)) if one not in (place, other)]
                return [samples[place], samples[other], samples[rest[len(rest) // 2]]] if rest else None
    return None


def _share_nothing(one: Side, other: Side, routes: int, amounts: int) -> bool:
    day = 24 * 60
    pairs = [pair for pair in zip(one.n, other.n, strict=True) if pair[0]]
    return (
        all(a // day != b // day for a, b in zip(one.m, other.m, strict=True) if a and b)
        and len(set(pairs)) == len(pairs)
        and all(a.id != b.id for a in one.o for b in other.o)
        and all(one.u[place].code != other.u[place].code for place in range(6))
        and one.o[0].name != one.o[1].name
        and one.a.raw != other.a.raw
        and one.a.paper != other.a.paper
        and (routes == 1 or one.r.code != other.r.code)
        and (amounts == 1 or one.g.amount != other.g.amount)
    )
