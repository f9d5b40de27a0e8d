"""Kinds of notices: each room declares the Vietnamese texts of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from motcua.engine.notices.data import Text
from motcua.kernel.text import squeeze


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`label` is shown to administrators. `urgent`: sent also in quiet hours. `gaps`: what a context must fill."""

    code: str
    label: str
    subject: str
    body: str
    sms: str
    urgent: bool
    gaps: frozenset[str]


_kinds: dict[str, NoticeKind] = {}


def declare_notice(
    code: str, label: str, subject_text: str, body_text: str, sms_text: str = "", *, urgent: bool = False
) -> str:
    """Makes a kind of notice known and returns its code; called from a room's AppConfig.ready.

    The texts hold {gaps} by name; nothing else of format strings is allowed. Without sms_text the notice is not sent
    by SMS. Raises ValueError for another gap than a plain name, or a code declared with other texts.
    """
    gaps: frozenset[str] = frozenset().union(
        *(_gaps(code, text) for text in (subject_text, body_text, sms_text))
    )
    kind = NoticeKind(code, label, subject_text, body_text, sms_text, urgent, gaps)
    if _kinds.get(code, kind) != kind:
        raise ValueError(f"notice {code!r} is declared twice")
    _kinds[code] = kind
    return code


def declared_notices() -> tuple[NoticeKind, ...]:
    return tuple(_kinds[code] for code in sorted(_kinds))


def kind_of(code: str) -> NoticeKind:
    """Raises LookupError when no room declares it."""
    if code not in _kinds:
        raise LookupError(f"notice {code!r} is not declared")
    return _kinds[code]


def fill(code: str, context: Mapping[str, object]) -> Text:
    """The notice in words. Raises LookupError for an unknown kind or a gap that the context leaves open."""
    kind = kind_of(code)
    missing = kind.gaps - set(context)
    if missing:
        raise LookupError(f"notice {code!r} lacks {sorted(missing)}")
    values = {name: str(context[name]) for name in kind.gaps}
    return Text(
        squeeze(kind.subject.format_map(values)),
        kind.body.format_map(values).strip(),
        squeeze(kind.sms.format_map(values)),
    )


def _gaps(code: str, text: str) -> frozenset[str]:
    names = set()
    for _literal, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"notice {code!r}: gap {name!r} is no plain name")
        names.add(name)
    return frozenset(names)
