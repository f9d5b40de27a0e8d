"""Reports that a hand wrote, each in its own voice, with their errors listed: what is found, and nothing else.

`tuned` were used to mend the rules; `first_unseen` were measured before they were used for that too (14 of 18
definite errors then); `unseen` never were.
"""

import pytest
import yaml

from motcua.reports.audit.api import audit_report, read_report
from motcua.reports.audit.generate.handwritten import FOLDER, scores

SCORES = {score.name: score for score in scores()}
FEWEST_DEFINITE = {
    "cuu-son": 6,
    "dong-lac": 8,
    "ha-phong": 9,
    "hoa-lam": 6,
    "kim-dang": 10,
    "lam-ha": 9,
    "ngan-phuoc": 5,
    "tam-giang": 7,
    "thuan-yen": 8,
    "vinh-tra": 7,
}
FEWEST_LIKELY = {"cuu-son": 4, "dong-lac": 2, "kim-dang": 1, "lam-ha": 1, "tam-giang": 1, "thuan-yen": 1}


def test_every_report_has_its_bounds():
    assert set(SCORES) == set(FEWEST_DEFINITE)


@pytest.mark.parametrize("name", FEWEST_DEFINITE)
def test_nothing_right_is_called_definitely_wrong(name):
    assert SCORES[name].false["definite"] == 0, SCORES[name].wrong


@pytest.mark.parametrize("name", FEWEST_DEFINITE)
def test_as_much_is_found_as_was(name):
    score = SCORES[name]
    assert score.found["definite"] >= FEWEST_DEFINITE[name], score.missed
    assert score.found["likely"] >= FEWEST_LIKELY.get(name, 0), score.missed


def test_hardly_anything_right_is_called_likely_wrong():
    assert sum(score.false["likely"] for score in SCORES.values()) <= 1


@pytest.mark.parametrize("name", FEWEST_DEFINITE)
def test_every_row_of_the_forms_is_bound(name):
    assert SCORES[name].rows == 136


@pytest.mark.parametrize("name", FEWEST_DEFINITE)
def test_errors_and_right_passages_stand_where_the_list_says(name):
    """The list names lines of the report, and no passage is both right and wrong."""
    truth = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    lines = (FOLDER / truth["file"]).read_text(encoding="utf-8").split("\n")
    wrong = {line for error in truth["errors"] for line in range(error["lines"][0], error["lines"][1] + 1)}
    right = {line for spot in truth["right"] for line in range(spot["lines"][0], spot["lines"][1] + 1)}
    assert not wrong & right
    for first, last in (error["lines"] for error in truth["errors"]):
        assert any(character.isdigit() for character in "".join(lines[first - 1 : last]))


def test_forms_alone_and_words_alone_are_audited():
    """The same report without its words, and without its forms: no definite finding of the part left out."""
    text = (FOLDER / "kim-dang.md").read_text(encoding="utf-8")
    words, _, forms = text.partition("## Biểu mẫu 1.")
    alone = audit_report(read_report([("bieu.md", ("## Biểu mẫu 1." + forms).encode())]))
    assert alone.coverage.rows_found == 136
    assert all(f.rule.startswith("form.") for f in alone.findings if f.severity.value == "definite")
    told = audit_report(read_report([("loi.md", words.encode())]))
    assert told.coverage.rows_found == 0
    assert all(f.rule.startswith("prose.") for f in told.findings if f.severity.value == "definite")
