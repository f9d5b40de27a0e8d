"""What runs with the product may be given on under Apache-2.0: nothing under the GPL or AGPL is installed with it."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

LOCK = Path(__file__).parents[1] / "requirements.lock"
# LGPL is allowed for an unmodified dependency; "GPL" alone, or its affero kind, is not.
FORBIDDEN = re.compile(
    r"(?<![A-Za-z])(?:A?GPL(?:[ -]?v?\d|\b)|(?:GNU )?(?<!lesser )(?:affero )?general public)", re.I
)
LICENCE_FILES = ("License-Expression", "License")


def locked() -> list[str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)==\S+(.*)$", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return [name for name, marker in found if "win32" not in marker]


def licence_of(name: str) -> str:
    """What a package says of its licence: expression, field and classifiers; never the whole text of one."""
    known = metadata(name)
    said = [known.get(field) or "" for field in LICENCE_FILES]
    said += [text for text in known.get_all("Classifier") or [] if text.startswith("License ::")]
    return " · ".join(text.splitlines()[0] for text in said if text.strip())


def may_be_given_on(licence: str) -> bool:
    """Of alternatives ("MIT OR GPL-2.0") one is enough."""
    alternatives = re.split(r"\s+OR\s+", licence) if " OR " in licence else [licence]
    return any(not FORBIDDEN.search(one) for one in alternatives)


def test_the_lock_is_read():
    assert {"django", "openpyxl", "psycopg"} <= set(locked())


@pytest.mark.parametrize("name", locked())
def test_no_dependency_binds_the_product_to_the_gpl(name):
    try:
        licence = licence_of(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed on this platform")
    assert licence, f"{name} says nothing of its licence"
    assert may_be_given_on(licence), f"{name}: {licence}"


@pytest.mark.parametrize(
    ("licence", "good"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("MIT OR GPL-2.0-or-later", True),
        ("GPL-3.0-or-later", False),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", False),
        ("License :: OSI Approved :: GNU Affero General Public License v3", False),
        ("AGPL-3.0", False),
        ("GPLv2", False),
    ],
)
def test_the_judgement_itself(licence, good):
    assert may_be_given_on(licence) == good
