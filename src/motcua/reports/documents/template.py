"""Templates of reports: what is said, by whom, under which conditions; packaged data, versioned.

A template is a YAML file ``data/<version>/<kind>.yaml``. Every passage has a key that never changes meaning, an owner
(a department that answers for its words), and one of: `say` (sentences), `free` (a person's words, with a prompt and perhaps
a suggestion), `list` (entries of a register), `rows` (a table of rows of the forms).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from motcua.reports.documents.errors import NarrativeError
from motcua.reports.documents.language import Condition, Part, Ref, read_condition, read_text

VERSION = "2025"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said where the condition holds, and otherwise."""

    say: tuple[Part, ...]
    when: Condition | None = None
    otherwise: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class PassageTemplate:
    """`kind`: say, free, list, rows or heading."""

    key: str
    kind: str
    owner: str = ""
    when: Condition | None = None
    sentences: tuple[Sentence, ...] = ()
    prompt: str = ""
    suggestion: tuple[Sentence, ...] = ()
    register: str = ""
    empty: tuple[Part, ...] = ()
    rows: tuple[str, ...] = ()
    title: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class SectionTemplate:
    number: str
    title: str
    passages: tuple[PassageTemplate, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """`kinds`: kinds of period it is for."""

    code: str
    version: str
    title: str
    about: tuple[Part, ...]
    kinds: tuple[str, ...]
    opening: tuple[PassageTemplate, ...]
    sections: tuple[SectionTemplate, ...]
    recipients: tuple[str, ...]
    basis: str

    def passages(self) -> Iterator[PassageTemplate]:
        yield from self.opening
        for section in self.sections:
            yield from section.passages

    def passage(self, key: str) -> PassageTemplate:
        """Raises NarrativeError documents.passage.unknown."""
        for one in self.passages():
            if one.key == key:
                return one
        raise NarrativeError("documents.passage.unknown", f"Mẫu báo cáo không có đoạn “{key}”.")

    def bindings(self) -> Iterator[Ref]:
        """Everything the template is bound to, conditions and tables included."""
        yield from (part for part in self.about if isinstance(part, Ref))
        for passage in self.passages():
            if passage.when:
                yield from passage.when.bindings()
            yield from (part for part in passage.empty if isinstance(part, Ref))
            yield from (Ref(row) for row in passage.rows)
            for sentence in (*passage.sentences, *passage.suggestion):
                if sentence.when:
                    yield from sentence.when.bindings()
                yield from (part for part in (*sentence.say, *sentence.otherwise) if isinstance(part, Ref))


@cache
def load_template(code: str, version: str = VERSION) -> Template:
    """A packaged template. Raises NarrativeError documents.template.unknown, .shape."""
    path = resources.files("motcua.reports.documents") / "data" / version / f"{code}.yaml"
    if not path.is_file():
        raise NarrativeError("documents.template.unknown", f"Không có mẫu báo cáo “{code}”, bản {version}.")
    return read_template(code, version, yaml.safe_load(path.read_text(encoding="utf-8")))


def template_codes(version: str = VERSION) -> list[str]:
    folder = resources.files("motcua.reports.documents") / "data" / version
    return sorted(each.name.removesuffix(".yaml") for each in folder.iterdir() if each.name.endswith(".yaml"))


def template_for(period_kind: str, version: str = VERSION) -> Template:
    """The template for a kind of period. Raises NarrativeError documents.template.unknown."""
    for code in template_codes(version):
        one = load_template(code, version)
        if period_kind in one.kinds:
            return one
    raise NarrativeError(
        "documents.template.unknown", f"Không có mẫu báo cáo cho kỳ “{period_kind}”, bản {version}."
    )


def read_template(code: str, version: str, data: Mapping[str, Any]) -> Template:
    """Raises NarrativeError documents.template.shape, documents.binding.shape, documents.condition.shape."""
    try:
        template = Template(
            code=code,
            version=version,
            title=data["title"],
            about=tuple(read_text(data["about"])),
            kinds=tuple(data["kinds"]),
            opening=_passages(data.get("opening", [])),
            sections=tuple(
                SectionTemplate(str(one["number"]), one["title"], _passages(one["passages"]))
                for one in data["sections"]
            ),
            recipients=tuple(data.get("recipients", [])),
            basis=data.get("basis", ""),
        )
    except (KeyError, TypeError) as error:
        raise _shape(f"thiếu hoặc sai mục {error}") from None
    keys = [one.key for one in template.passages()]
    if len(set(keys)) != len(keys):
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise _shape(f"khóa đoạn dùng hai lần: {', '.join(twice)}")
    return template


def _passages(given: Sequence[Mapping[str, Any]]) -> tuple[PassageTemplate, ...]:
    return tuple(_passage(one) for one in given)


def _passage(given: Mapping[str, Any]) -> PassageTemplate:
    kinds = [kind for kind in ("say", "free", "list", "rows", "heading") if kind in given]
    if len(kinds) != 1:
        raise _shape(f"đoạn {given.get('key')} phải có đúng một trong say, free, list, rows, heading")
    kind = kinds[0]
    return PassageTemplate(
        key=given["key"],
        kind=kind,
        owner=given.get("owner", ""),
        when=read_condition(given["when"]) if "when" in given else None,
        sentences=_sentences(given["say"]) if kind == "say" else (),
        prompt=given["free"] if kind == "free" else "",
        suggestion=_sentences(given.get("suggest", [])),
        register=given["list"] if kind == "list" else "",
        empty=tuple(read_text(given.get("empty", ""))),
        rows=tuple(given["rows"]) if kind == "rows" else (),
        title=given.get("heading", given.get("title", "")),
        level=given.get("level", 0),
    )


def _sentences(given: Any) -> tuple[Sentence, ...]:
    listed = given if isinstance(given, list) else [given]
    return tuple(_sentence(one if isinstance(one, Mapping) else {"text": one}) for one in listed)


def _sentence(given: Mapping[str, Any]) -> Sentence:
    return Sentence(
        say=tuple(read_text(given["text"])),
        when=read_condition(given["when"]) if "when" in given else None,
        otherwise=tuple(read_text(given.get("else", ""))),
    )


def _shape(what: str) -> NarrativeError:
    return NarrativeError("documents.template.shape", f"Mẫu báo cáo không dùng được: {what}.")
