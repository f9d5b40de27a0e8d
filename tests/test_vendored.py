"""Files that are not ours stay exactly as their makers published them, and every one is named."""

import hashlib
from pathlib import Path

import yaml

import motcua

UI = Path(motcua.__file__).parent / "engine" / "ui"
STATIC = UI / "static" / "motcua"


def listed() -> dict[str, str]:
    entries = yaml.safe_load((UI / "vendored.yaml").read_text(encoding="utf-8"))["files"]
    return {entry["path"]: entry["sha256"] for entry in entries}


def test_vendored_files_are_unchanged():
    found = {path: hashlib.sha256((STATIC / path).read_bytes()).hexdigest() for path in listed()}
    assert found == listed()


def test_no_file_is_vendored_unnamed():
    present = {
        path.relative_to(STATIC).as_posix()
        for folder in ("vendor", "fonts")
        for path in (STATIC / folder).iterdir()
        if path.suffix != ".txt"
    }
    assert present == set(listed())


def test_first_load_fits_a_cheap_phone():
    """Design budget: under 150 KB compressed, fonts included."""
    import gzip

    import django_htmx

    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
    texts = [*STATIC.glob("*.css"), *STATIC.glob("*.js"), *STATIC.glob("vendor/*.css"), htmx]
    fonts = list(STATIC.glob("fonts/*.woff2"))
    total = sum(len(gzip.compress(path.read_bytes())) for path in texts) + sum(
        path.stat().st_size for path in fonts
    )
    assert total < 140_000  # leaves 10 KB for the page itself
