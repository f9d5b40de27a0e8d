"""Relations are judged on the numbers at hand: holds, rounding, to be explained, broken, not checkable."""

import csv
from decimal import Decimal
from importlib import resources

import pytest
import yaml

from motcua.reports.forms.cells import Cell, read_cell
from motcua.reports.forms.checks import Book, Judgement, check_all
from motcua.reports.forms.definitions import form_set

FORMS = form_set()


def judged(texts: dict[str, str], target: str, kind: str, **externals: int):
    cells: dict[str, Cell] = {key: read_cell(FORMS.row(key), text) for key, text in texts.items()}
    book = Book(FORMS, cells, {name: Decimal(number) for name, number in externals.items()})
    found = [check for check in check_all(book) if check.target == target and check.relation.kind == kind]
    return found[0]


@pytest.mark.parametrize(
    ("texts", "target", "kind", "judgement"),
    [
        ({"3!3.1.1": "153.771", "3!3.1.2": "151.619", "3!3.1": "98,60"}, "3!3.1", "ratio", Judgement.HOLDS),
        ({"3!3.1.1": "153.771", "3!3.1.2": "151.619", "3!3.1": "99,61"}, "3!3.1", "ratio", Judgement.BROKEN),
        ({"7!6.1.1": "1.125", "7!6.1.2": "1.120", "7!6.1": "99,55"}, "7!6.1", "ratio", Judgement.ROUNDING),
        ({"2!2.2.1": "0", "2!2.2.2": "0", "2!2.2": "0"}, "2!2.2", "ratio", Judgement.BROKEN),
        (
            {"2!2.2.1": "0", "2!2.2.2": "0", "2!2.2": "không áp dụng"},
            "2!2.2",
            "ratio",
            Judgement.NOT_CHECKABLE,
        ),
        ({"2!1": "195", "2!1.1": "186", "2!1.2": "9"}, "2!1", "sum", Judgement.HOLDS),
        ({"2!1": "196", "2!1.1": "186", "2!1.2": "9"}, "2!1", "sum", Judgement.BROKEN),
        ({"2!1.1": "186", "2!1.2": "9"}, "2!1", "sum", Judgement.NOT_CHECKABLE),
        ({"2!1": "186", "2!1.1": "186"}, "2!1", "sum", Judgement.NOT_CHECKABLE),
        ({"4!2.1": "100", "4!2.2": "101"}, "4!2.2", "le", Judgement.BROKEN),
        ({"4!1.5": "1.357", "6!2.1": "1.408"}, "4!1.5", "eq", Judgement.EXPLAIN),
        ({"4!2.1": "8.617", "4!2.4": "1.753", "4!2.5": "2,4"}, "4!2.4", "le", Judgement.EXPLAIN),
        ({"1!4.1": "0", "1!4.2": "100"}, "1!4.2", "le", Judgement.BROKEN),
        ({"1!4.1": "3", "1!4.2": "100"}, "1!4.2", "le", Judgement.HOLDS),
    ],
)
def test_a_relation_is_judged(texts, target, kind, judgement):
    relevant = [
        check
        for check in check_all(Book(FORMS, {k: read_cell(FORMS.row(k), t) for k, t in texts.items()}, {}))
        if check.target == target and check.relation.kind == kind and check.relation.target != "unit=%"
    ]
    assert [check.judgement for check in relevant] == [judgement]
    assert relevant[0].message and relevant[0].word


def test_numbers_stand_in_the_formula():
    check = judged({"2!1": "196", "2!1.1": "186", "2!1.2": "9"}, "2!1", "sum")
    assert check.formula == "dòng 1.1 + dòng 1.2" and check.numbers == "186 + 9"
    assert (check.printed, check.computed, check.sign) == ("196", "195", "=")
    assert check.message == "Ghi 196 nhưng tính lại được 195." and check.is_finding


def test_figures_from_outside_are_used_and_named_when_missing():
    texts = {"4!1.5": "1.357", "4!1.5.4": "19,13"}
    assert judged(texts, "4!1.5.4", "ratio", service_units_2015=1678).judgement is Judgement.HOLDS
    assert "số ĐVSNCL năm 2015" in judged(texts, "4!1.5.4", "ratio").message


def test_the_published_forms_show_their_known_defects_and_no_other():
    folder = resources.files("motcua.reports.forms") / "data" / "published"
    with (folder / "bac-ninh-2025.csv").open(encoding="utf-8", newline="") as stream:
        cells = {
            row["key"]: read_cell(FORMS.row(row["key"]), row["value_raw"], row["note"])
            for row in csv.DictReader(stream)
        }
    about = yaml.safe_load((folder / "bac-ninh-2025.yaml").read_text(encoding="utf-8"))
    externals = {name: Decimal(entry["value"]) for name, entry in about["externals"].items()}
    results = check_all(Book(FORMS, cells, externals))
    findings = {(check.target, check.relation.kind): check.judgement for check in results if check.is_finding}
    assert findings == {
        ("1!4.2", "le"): Judgement.BROKEN,
        ("2!2.2", "ratio"): Judgement.BROKEN,
        ("2!3.2", "ratio"): Judgement.BROKEN,
        ("3!3.1", "ratio"): Judgement.BROKEN,
        ("4!1.5", "eq"): Judgement.EXPLAIN,
        ("4!2.4", "le"): Judgement.EXPLAIN,
    }
    assert [check.target for check in results if check.judgement is Judgement.ROUNDING] == ["7!6.1"]
