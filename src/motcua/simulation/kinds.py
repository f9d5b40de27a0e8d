"""Which stories leave rows of one shape: those for which the operations take the same branches."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from motcua.simulation.acts import Act
from motcua.simulation.extras import ENDING
from motcua.simulation.routes import Map, Route
from motcua.simulation.story import Rules, Story

Kind = tuple[Any, ...]
_OPENING = ("file", "receive", "assign", "submit", "approve", "sign", "send-back")
_RESUMING = {"ask": "take", "pause": "resume", "wait": "answered"}
_CLOSED = ("return", "withdraw", "stop")


def kind_of(story: Story, rules: Rules, units: Map) -> Kind:
    """Equal for stories whose rows differ only in what a `Context` holds."""
    return (
        _shape(story.route),
        tuple((act.verb, act.role, act.step, _word(act), bool(act.until)) for act in story.acts),
        story.receiving == story.handling,
        units.merger is not None and story.acts[0].minute < units.merger,
        crossing(story, units),
        tuple(code in units.heirs for code in (story.handling, story.receiving, story.asked)),
        _pause(story, rules),
    )


def _word(act: Act) -> str:
    """What a word decides, beyond standing in a row: whether a desk hands over, where a dossier is sent back to."""
    return act.word if act.word == "hand-over" or act.verb == "send-back" else "word" if act.word else ""


@lru_cache(maxsize=10_000)
def _shape(route: Route) -> Kind:
    return (
        tuple((step.key, step.kind, step.role, step.minutes > 0) for step in route.steps),
        len(route.papers),
        len({step.name for step in route.steps}) == len(route.steps),
    )


def crossing(story: Story, units: Map) -> int | None:
    """After how many acts its units merge; None when that does not touch it."""
    merger = units.merger
    if merger is None or story.acts[0].minute >= merger:
        return None
    before = sum(act.minute < merger for act in story.acts)
    if before < len(story.acts):
        return before
    follows = any(code in units.heirs for code in (story.handling, story.receiving, story.asked))
    return before if follows and story.acts[-1].verb not in _CLOSED else None


def follows(story: Story, units: Map) -> bool:
    """Whether it is open when its handling unit merges: what has ended stays that unit's, though its return moves."""
    merger = units.merger
    if merger is None or story.handling not in units.heirs or story.acts[0].minute >= merger:
        return False
    last = story.route.work[-1].key
    return not any(
        act.minute < merger and (act.verb in _CLOSED or (act.step == last and act.verb in ENDING))
        for act in story.acts
    )


def _pause(story: Story, rules: Rules) -> tuple[bool, ...]:
    """How a pause moves the dates: whether the limit runs anew, and which dates stay all the same."""
    stops = [place for place, act in enumerate(story.acts) if act.verb in _RESUMING]
    if not stops:
        return ()
    place, acts = stops[0], story.acts
    goes = [act.minute for act in acts if act.verb == _RESUMING[acts[place].verb]]
    since = acts[place].minute
    opened = [act.minute for act in acts[:place] if act.verb in _OPENING][-1]
    step = next(step for step in story.route.steps if step.key == acts[place].step)
    late = since > rules.sessions.add(opened, step.minutes)
    if not goes or acts[place].verb == "wait":
        return (late,)
    promised = rules.promise(story.planned.filed, story.route.limit_text)
    anew = acts[place].verb == "ask" and rules.restarts(story.planned.filed, since)
    legal = (
        rules.promise(goes[0], story.route.limit_text) if anew else rules.shifted(promised, since, goes[0])
    )
    return (
        late,
        since > promised,
        anew,
        legal == promised,
        rules.shifted(promised, since, goes[0]) == promised,
    )
