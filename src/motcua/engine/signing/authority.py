"""Who may sign, asked at the moment of signing. Rooms that know posts and delegations answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.signing.errors import SigningRefused

# Decree 30/2020/NĐ-CP, Article 13: for a collective, for the head, by order, by mandate; and who acts as the head.
FORMS = ("", "TM.", "KT.", "TL.", "TUQ.", "Q.")


@dataclass(frozen=True, slots=True)
class Signatory:
    """The unit a paper is signed for."""

    province_id: int
    unit_code: str
    unit_path: str


@dataclass(frozen=True, slots=True)
class Authority:
    """How somebody signs. `form`: one of FORMS; `post`: the own post; `stands_for`: whose post it is signed for;
    `basis`: number of the decision that allows it."""

    post: str = ""
    form: str = ""
    stands_for: str = ""
    basis: str = ""

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(f"unknown form of signing {self.form!r}")

    def lines(self) -> list[str]:
        """As papers write it: `KT. Chủ tịch`, then `Phó Chủ tịch`."""
        first = f"{self.form} {self.stands_for}".strip()
        return [line for line in (first, self.post) if line]

    def words(self) -> str:
        """In one line, with its basis, for the signature itself; empty for who signs by the own post."""
        text = " – ".join(self.lines()) if self.form else ""
        return f"{text} ({self.basis})" if text and self.basis else text


# (person, unit, kind of paper, moment) → how they may sign, or None.
Check = Callable[[User, Signatory, str, dt.datetime], Authority | None]
_checks: list[Check] = []


def register_authority(check: Check) -> Check:
    """A room that knows who may sign; asked in the order of registering, the first answer counts."""
    if check not in _checks:
        _checks.append(check)
    return check


def authority_of(person: User, unit: Signatory, kind: str, moment: dt.datetime) -> Authority:
    """How the person may sign such a paper of the unit at that moment.

    Raises SigningRefused signing.authority.missing when no room grants it.
    """
    for check in _checks:
        granted = check(person, unit, kind, moment)
        if granted is not None:
            return granted
    raise SigningRefused(
        "signing.authority.missing",
        _("Tài khoản này không có thẩm quyền ký văn bản của đơn vị {unit} vào lúc này.").format(
            unit=unit.unit_code or "–"
        ),
    )
