"""The documentation is held to the code: links lead somewhere, and what exists is described."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

from motcua.cli.main import COMMANDS
from motcua.engine.clients.webhooks import new_secret, signature

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "motcua"
DOCS = ROOT / "docs"
START = DOCS / "start-here.md"
FLOORS = ("engine", "reference", "modules")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
BOLD = re.compile(r"\*\*([^*]+)\*\*")
# Letters that Vietnamese has and English has not: a label in bold that holds one is quoted from the screen.
VIETNAMESE = re.compile(r"[à-ỹĐđƠơƯư]")


def pages() -> list[Path]:
    found = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *SRC.rglob("*.md"), ROOT / "examples" / "README.md"]
    return sorted(path for path in found if not {"data", "tests"} & set(path.relative_to(ROOT).parts))


@lru_cache(maxsize=1)
def told() -> str:
    """Everything written for people who run and use it."""
    return "\n".join(path.read_text(encoding="utf-8") for path in pages() if SRC not in path.parents)


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"```.*?```", "", text, flags=re.S))


def links(page: Path) -> list[str]:
    return LINK.findall(without_code(page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """Anchors of headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-") for head in heads}


def local(page: Path, link: str) -> tuple[Path, str] | None:
    """Where a link leads within the project, with its anchor; None when it leads out."""
    if re.match(r"[a-z]+:", link):
        return None
    path, _, anchor = link.partition("#")
    return (page.parent / path).resolve() if path else page, anchor


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        target = local(page, link)
        if target is None:
            continue
        path, anchor = target
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(link)
    assert not broken


def reached() -> set[Path]:
    """Pages one comes to from the start page."""
    seen: set[Path] = set()
    waiting = [START]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        targets = [local(page, link) for link in links(page)]
        waiting += [path for path, _ in filter(None, targets) if path.suffix == ".md" and path.exists()]
    return seen


def test_every_page_is_reached_from_the_start_page() -> None:
    wanted = {page for page in pages() if page.parent == DOCS or DOCS in page.parents or SRC in page.parents}
    assert sorted(str(page.relative_to(ROOT)) for page in wanted - reached()) == []


@pytest.mark.parametrize("floor", FLOORS)
def test_every_room_is_in_the_index_of_its_floor(floor: str) -> None:
    """By name, and by a link to its README where it has one; rooms with pages or many tables have one."""
    index = SRC / floor / "README.md"
    text = index.read_text(encoding="utf-8")
    rooms = [door.parent for door in sorted((SRC / floor).glob("*/api.py"))]
    assert rooms
    missing = [room.name for room in rooms if f"`{room.name}`" not in text]
    unlinked = [
        room.name
        for room in rooms
        if (room / "README.md").exists() and f"({room.name}/README.md)" not in text
    ]
    assert (missing, unlinked) == ([], [])


@pytest.mark.parametrize("floor", ("reference", "modules", "reports"))
def test_every_room_of_the_domain_has_a_readme(floor: str) -> None:
    bare = [
        door.parent.name
        for door in (SRC / floor).glob("*/api.py")
        if not (door.parent / "README.md").exists()
    ]
    assert bare == []


def test_every_command_is_described() -> None:
    missing = [name for name in COMMANDS if f"motcua {name}" not in told()]
    own = [
        path.stem
        for path in SRC.rglob("management/commands/*.py")
        if not path.stem.startswith("_") and path.stem != "load_demo"
    ]
    rooms = "\n".join(path.read_text(encoding="utf-8") for path in SRC.rglob("README.md"))
    missing += [name for name in own if f"motcua manage {name}" not in told() + rooms]
    assert missing == []


def variables() -> set[str]:
    """MOTCUA_* that the program reads or sets; names only its tests know are left out."""
    found: set[str] = set()
    for path in SRC.rglob("*.py"):
        if "tests" not in path.relative_to(SRC).parts:
            found |= set(re.findall(r"\bMOTCUA_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8")))
    return found


def test_every_setting_is_described() -> None:
    assert "MOTCUA_DATA_KEYS" in variables()
    assert sorted(name for name in variables() if name not in told()) == []


def test_no_setting_is_described_that_nothing_reads() -> None:
    read = variables() | {
        name
        for path in [*ROOT.glob("tests/*.py"), *SRC.rglob("tests/*.py"), ROOT / "Makefile"]
        for name in re.findall(r"\bMOTCUA_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))
    }
    assert sorted(set(re.findall(r"\bMOTCUA_[A-Z_]*[A-Z]\b", told())) - read) == []


def test_decisions_are_numbered_and_indexed() -> None:
    files = sorted(path.name for path in (DOCS / "decisions").glob("0*.md"))
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    index = links(DOCS / "decisions" / "README.md")
    assert index == files


@lru_cache(maxsize=1)
def on_screen() -> str:
    """Texts that people can see: templates, and the strings of modules."""
    parts = [path.read_text(encoding="utf-8") for path in SRC.rglob("templates/**/*.html")]
    for path in SRC.rglob("*.py"):
        if "tests" in path.relative_to(SRC).parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parts += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
    return "\n".join(parts)


GUIDES = [*sorted((DOCS / "how-to").glob("*.md")), ROOT / "README.md", ROOT / "README.vi.md"]


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_labels_are_quoted_as_they_stand_on_the_screen(page: Path) -> None:
    """`**Vietnamese**` is a label; in the Vietnamese README a bold word that begins a list item is a heading."""
    text = without_code(page.read_text(encoding="utf-8"))
    if page.name == "README.vi.md":
        text = re.sub(r"^- \*\*[^*]+\*\*", "", text, flags=re.M)
    quoted = {" ".join(found.split()) for found in BOLD.findall(text) if VIETNAMESE.search(found)}
    assert sorted(label for label in quoted if label.rstrip(".:") not in on_screen()) == []


def test_the_example_that_checks_webhooks_works() -> None:
    text = (DOCS / "how-to" / "api.md").read_text(encoding="utf-8")
    code = re.search(r"<!-- checked by tests/test_docs.py -->\n```python\n(.*?)```", text, flags=re.S)
    assert code is not None
    made: dict[str, object] = {}
    exec(compile(code[1], "api.md", "exec"), made)
    check = made["is_genuine"]
    assert callable(check)
    body = '{"type":"dossiers:dossier:received","payload":{"words":{"code":"Đ"}}}'.encode()
    secret, stamp = new_secret(), int(made["time"].time())  # type: ignore[attr-defined]
    headers = {
        "webhook-id": "0199",
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature(secret, "0199", stamp, body),
    }
    assert check(secret, headers, body) is True
    assert check(secret, headers, body + b" ") is False
    assert check(new_secret(), headers, body) is False
    assert check(secret, headers | {"webhook-id": "0200"}, body) is False
    old = stamp - 301
    late = headers | {
        "webhook-timestamp": str(old),
        "webhook-signature": signature(secret, "0199", old, body),
    }
    assert check(secret, late, body) is False
    several = headers | {"webhook-signature": "v1,AAAA " + headers["webhook-signature"]}
    assert check(secret, several, body) is True


@pytest.mark.parametrize(
    "block",
    re.findall(r"```python\n(.*?)```", (DOCS / "how-to" / "api.md").read_text(encoding="utf-8"), flags=re.S),
    ids=lambda block: block.splitlines()[0],
)
def test_examples_are_python(block: str) -> None:
    ast.parse(block)
