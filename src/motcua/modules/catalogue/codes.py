"""Codes of procedures. Real lists also hold cores that begin with 5 and 6, which kernel.codes does not know."""

from __future__ import annotations

import re

from motcua.kernel.codes import parse_procedure_code

_OTHER = re.compile(r"(?P<core>[4-9]\.\d{6})(?P<agency>\.[A-Z0-9.]{1,40})?", re.I)


def read_code(text: str) -> tuple[str, str]:
    """The core that decides identity, and the full code when it names an agency ("" else).

    Raises KernelError (kernel.codes.procedure), with a Vietnamese message.
    """
    if match := _OTHER.fullmatch(text.strip()):
        return match["core"], match[0].upper() if match["agency"] else ""
    read = parse_procedure_code(text)
    return read.core, str(read) if read.agency else ""
