"""Adapters by lane: who sends what, and how a failure is told apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One attempt at one message. `uid` stays the same over all attempts: hand it on as the idempotency key."""

    uid: UUID
    province_id: int
    lane: str
    kind: str
    subject: str
    key: str
    attempt: int
    created_at: dt.datetime
    payload: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """Taken over by the other side. `reference`: its number for it, no personal data. `demo`: nothing has left."""

    reference: str = ""
    demo: bool = False


class Temporary(Exception):
    """May succeed later. `reason` is a code such as "http.503"; `after`: seconds the other side asked us to wait.

    `blames_lane`: counts towards the breaker of the lane (False: only this message is in trouble).
    """

    def __init__(self, reason: str, *, after: float | None = None, blames_lane: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after
        self.blames_lane = blames_lane


class Permanent(Exception):
    """Will never succeed as it is: the message is dead until a person sends it again. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Postponed(Exception):
    """Not now, by rule (quiet hours): tried again at `until`, and no attempt is counted."""

    def __init__(self, until: dt.datetime, reason: str) -> None:
        super().__init__(reason)
        self.until = until
        self.reason = reason


class Sender:
    """Base of adapters. `send` is called outside any transaction, in a worker's thread, and must return or raise
    well within `lease` seconds: after that the message is handed to another worker, with the same uid.

    `attempts`: how often before a message is dead (None: for ever, so that an ordered lane skips nothing).
    `first_wait`, `longest_wait`: seconds of back-off. `parallel`: threads of one worker in one lane.
    """

    attempts: int | None = 12
    lease: float = 120.0
    first_wait: float = 5.0
    longest_wait: float = 3600.0
    parallel: int = 1

    def send(self, outgoing: Outgoing) -> Sent:
        """Raises Temporary, Permanent or Postponed; any other exception counts as Temporary."""
        raise NotImplementedError

    def ready(self, province_id: int, lane: str) -> bool:
        """Whether the lane is sent at all now; False leaves its messages waiting."""
        return True


_senders: dict[str, Sender] = {}


def register_sender(prefix: str, sender: Sender) -> None:
    """Names the adapter of lane `prefix` and of every lane "prefix:...". Called from an AppConfig.ready."""
    _senders[prefix] = sender


def sender_of(lane: str) -> Sender | None:
    return _senders.get(lane) or _senders.get(lane.partition(":")[0])
