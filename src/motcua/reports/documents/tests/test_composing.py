"""Sentences follow their figures: said when they hold, silent or otherwise when not, never with a number made up."""

from __future__ import annotations

import json
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from motcua.reports.documents.comparing import compare
from motcua.reports.documents.composing import MISSING, Composer, Words
from motcua.reports.documents.content import Content, of_data, to_text
from motcua.reports.documents.language import read_text
from motcua.reports.documents.registers import known_registers
from motcua.reports.documents.template import load_template
from motcua.reports.documents.tests.made import NAMES, ROWS, MadeSource, composed

TEMPLATE = load_template("periodic")


def said(content: Content, key: str) -> str:
    return " ".join(one.text for one in content.passages() if one.key == key)


def test_the_template_is_bound_to_what_there_is():
    refs = {ref.key for ref in TEMPLATE.bindings()}
    assert not [key for key in refs if "!" in key and (key not in ROWS or ROWS[key].is_heading)]
    assert {key for key in refs if "!" not in key and "." not in key} <= NAMES.keys()
    assert {one.register for one in TEMPLATE.passages() if one.kind == "list"} <= known_registers()


def test_figures_of_the_template_are_defined():
    import datetime as dt

    from motcua.engine.figures.api import REGISTRY

    for ref in TEMPLATE.bindings():
        if not ref.is_row and not ref.is_name:
            assert REGISTRY.figure(ref.key, dt.date(2025, 12, 14)).code == ref.key


def test_a_sentence_says_how_a_rate_moved_by_printed_figures():
    values = {("3!3.1", ""): Fraction("98.6"), ("3!3.1", "last-year"): Fraction("97.4")}
    content = composed(MadeSource(values))
    assert "tăng 1,20 điểm phần trăm so với cùng kỳ năm trước" in said(content, "procedures.received")
    down = composed(MadeSource({**values, ("3!3.1", "last-year"): Fraction("99")}))
    assert "giảm 0,40 điểm phần trăm" in said(down, "procedures.received")
    level = composed(MadeSource({**values, ("3!3.1", "last-year"): Fraction("98.601")}))
    assert "so với cùng kỳ" not in said(level, "procedures.received")


def test_nothing_is_said_of_what_is_not_known():
    content = composed(MadeSource(filled=False))
    text = "\n".join(one.text for one in content.passages())
    assert MISSING not in text
    assert not any(bound.value for _place, bound in content.bounds() if bound.source == "form")


def test_zero_is_said_in_words_of_its_own():
    content = composed(MadeSource({("1!5.4", ""): Fraction(0), ("1!5.1", ""): Fraction(5)}))
    assert "Không có nhiệm vụ quá hạn chưa hoàn thành." in said(content, "tasks.done")
    assert "Số nhiệm vụ được giao là 05;" in said(content, "tasks.done")


def test_a_suggestion_is_a_draft_until_it_is_accepted():
    composer = Composer(MadeSource())
    [passage] = composer.passage(TEMPLATE.passage("strengths.words"))
    assert passage.origin == "suggestion"
    accepted = Composer(MadeSource(), {"strengths.words": Words("", True)})
    [passage] = accepted.passage(TEMPLATE.passage("strengths.words"))
    assert passage.origin == "template"


def test_a_persons_words_stand_instead_and_their_bindings_follow_the_forms():
    words = {"direction.plan": Words("Hoàn thành {1!2.2} việc.\n- Ý thứ nhất\n- Ý thứ hai: {1!2}")}
    composer = Composer(MadeSource({("1!2.2", ""): Fraction(48)}), words)
    passages = list(composer.passage(TEMPLATE.passage("direction.plan")))
    assert [one.kind for one in passages] == ["text", "item", "item"]
    assert passages[0].text == "Hoàn thành 48 việc."
    assert [bound.ref for one in passages for bound in one.bounds()] == ["1!2.2", "1!2"]


def test_what_is_bound_and_missing_is_named():
    composer = Composer(MadeSource(filled=False), {"direction.plan": Words("Xong {1!2.2} việc.")})
    [passage] = composer.passage(TEMPLATE.passage("direction.plan"))
    assert passage.text == f"Xong {MISSING} việc." and composer.missing == [("direction.plan", "1!2.2")]


COUNTS = sorted(key for key, row in ROWS.items() if row.kind == "count")


@given(st.integers(0, 2**32))
def test_every_printed_number_of_a_row_is_the_rows(seed):
    """Whatever the values, prose and forms print the same figure for one row."""
    chance = Random(seed)
    values = {key: chance.randrange(10 ** chance.randrange(1, 8)) for key in chance.sample(COUNTS, 30)}
    content = composed(MadeSource({(key, ""): Fraction(value) for key, value in values.items()}))
    by_ref: dict[str, set[str]] = {}
    for _place, bound in content.bounds():
        if bound.source == "form" and bound.ref in ROWS:
            by_ref.setdefault(bound.ref, set()).add(bound.value)
    assert all(len(shown) == 1 for shown in by_ref.values())


def test_content_survives_being_kept():
    content = composed()
    again = of_data(json.loads(to_text(content)))
    assert again == content and again.digest == content.digest


def test_two_versions_differ_by_figures_and_sentences():
    before, after = composed(), composed(MadeSource({("1!1", ""): Fraction(0)}))
    found = compare(before, after)
    moved = {(one.place, one.ref): one for one in found.figures}
    assert moved["1!1", "1!1"].by == Fraction(0) - Fraction(1_003)
    assert ("direction.plan", "1!1") in moved
    [passage] = [one for one in found.passages if one.key == "direction.plan"]
    assert [sign for sign, _text in passage.pieces][:2] == ["-", "+"]
    assert not compare(before, before)


def test_names_are_no_figures():
    composer = Composer(MadeSource())
    assert [run.bound for run in composer.runs(read_text("{agency}, {period}"))] == [None]
