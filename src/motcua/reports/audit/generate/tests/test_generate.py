"""Generated reports are the same for the same seed, right in themselves, and carry just what was planted."""

from pathlib import Path

import pytest

from motcua.reports.audit.audit import read_context
from motcua.reports.audit.formcheck.results import relation_results
from motcua.reports.audit.generate.__main__ import write_example
from motcua.reports.audit.generate.build import Wish, make_draft
from motcua.reports.audit.generate.measure import measure
from motcua.reports.audit.generate.plants import PROSE_KINDS, kinds
from motcua.reports.audit.generate.printing import as_markdown
from motcua.reports.audit.readers import read_report
from motcua.reports.forms.definitions import form_set


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_seed_gives_the_same_report(seed):
    one, two = (as_markdown(make_draft(Wish(seed)), seed) for _ in range(2))
    assert one.text == two.text


def test_other_seeds_give_other_provinces_and_habits():
    habits = {make_draft(Wish(seed, errors=0, pages=12)).province for seed in range(8)}
    assert len(habits) == 8


@pytest.mark.parametrize("seed", range(20, 26))
def test_without_planted_errors_all_relations_hold(seed):
    text = as_markdown(make_draft(Wish(seed, errors=0, pages=12)), seed).text
    context = read_context(read_report([("b.md", text.encode())]), form_set())
    results = relation_results(context)
    assert [result.target for result in results if result.broken] == []
    assert sum(1 for result in results if result.outcome.value == "holds") >= 55


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind != "rest_in_sentence"])
def test_each_class_of_error_can_be_planted_and_shows_in_the_print(kind):
    clean, wrong = (make_draft(Wish(31, errors=count, pages=12, kinds=(kind,))) for count in (0, 1))
    assert [planted.kind for planted in wrong.planted] == [kind]
    assert as_markdown(clean, 31).text != as_markdown(wrong, 31).text


def test_planted_errors_are_found_and_hardly_anything_else():
    tally = measure(range(300, 312), errors=5)
    definite = [kind for kind in kinds() if kind not in PROSE_KINDS]
    assert tally.recall(definite) >= 0.95, tally.missed
    assert tally.precision("definite") >= 0.98, tally.wrong


def test_an_example_lists_what_was_planted(tmp_path):
    write_example(Wish(7, errors=4, pages=12), tmp_path)
    names = sorted(Path(file).name for file in tmp_path.iterdir())
    assert names == ["README.md", "bao-cao-ky-truoc.md", "bao-cao.docx", "bao-cao.md"]
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert text.count("chắc chắn · definite") + text.count("có khả năng · likely") == 5
