"""What goes wrong with a figure: a stable code and a Vietnamese sentence."""

from __future__ import annotations


class FigureError(Exception):
    """A definition, a lookup or a value that breaks a rule of the figure language.

    `code` is stable (FIG-...); `message` says in Vietnamese what is wrong, where, and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
