"""A process of its own for the kill test: takes a number, says so, and waits in its transaction to be killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import django


def main(province: int, reached: Path) -> None:
    django.setup()
    from django.db import transaction

    from motcua.engine.registers.api import Series, take_number

    with transaction.atomic():
        given = take_number(Series(province, "dossier", "H05.15", "251001"), subject="dossier:killed")
        reached.write_text(str(given.number))
        time.sleep(120)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
