"""What is done to a dossier: acts of its own room, and what other rooms do beside them. Plain data."""

from __future__ import annotations

from dataclasses import dataclass

# Who acts: at the desk of the receiving unit, in the handling unit, or in the unit asked.
DESK, WORKER, LEADER, CLERK, ASKED = "desk", "worker", "leader", "clerk", "asked"


@dataclass(frozen=True, slots=True)
class Act:
    """One operation: at a minute, by a role. `step`: key of the process's step; `until`: a moment it names; `word`: a
    cause, or how a result is handed over."""

    minute: int
    verb: str
    role: str
    step: str = ""
    until: int = 0
    word: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """What another room does with a dossier right after the act at a place, by a role, all of it in that minute.

    It changes no row of the dossier and none of another extra, so that each is played, learned and written by itself.
    `name`: one of a name a story. `word`: how (a way of paying, a level of rating); `numbers`: components.
    """

    name: str
    place: int
    minute: int
    role: str
    word: str = ""
    numbers: tuple[int, ...] = ()
