"""The one base of errors a person may see: a stable code and a clear Vietnamese message."""

from __future__ import annotations


class KernelError(ValueError):
    """A refused input. ``str(error)`` is Vietnamese and says what, where and what to do.

    ``code`` is stable (``kernel.worktime.out-of-range``): tests, logs and API answers key on it,
    never on the wording.
    """

    code: str = "kernel.error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code

    @property
    def message(self) -> str:
        """The Vietnamese message, without the code."""
        return str(self.args[0])
