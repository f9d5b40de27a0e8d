"""Typing slips: what the hand may have meant, and when a repair is said to be the one."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.reports.audit.audit import read_context
from motcua.reports.audit.formcheck.causes import cause_groups, repair_of
from motcua.reports.audit.formcheck.results import relation_results
from motcua.reports.audit.formcheck.slips import likely_slip, variants
from motcua.reports.audit.readers import read_report
from motcua.reports.forms.definitions import form_set

FORMS = form_set()


def context(values, words=""):
    rows = [row for row in FORMS.rows() if row.key in values]
    lines = [f"{row.code}\t{row.label}\t{row.unit}\t{values[row.key]}\t" for row in rows]
    titles = {row.form: FORMS.forms[row.form].title for row in rows}
    header = "STT\tChỉ tiêu thống kê\tĐơn vị tính\tSố liệu\tGhi chú"
    parts = []
    for form, title in titles.items():
        own = [line for row, line in zip(rows, lines, strict=True) if row.form == form]
        parts.append("\n".join([title, "", header, *own]))
    text = f"Báo cáo\n\n{words}\n\n" + "\n\n".join(parts) + "\n"
    return read_context(read_report([("b.md", text.encode())]), FORMS)


def broken(one):
    return [result for result in relation_results(one) if result.broken]


def test_swapped_digits_of_a_total_are_found_when_all_else_fits():
    one = context({"2!1": "716", "2!1.1": "144", "2!1.2": "32"})
    slip = likely_slip(one, broken(one))
    assert (slip.row.key, slip.value, slip.kind) == ("2!1", 176, "đảo hai chữ số")


def test_several_possible_repairs_are_no_repair():
    one = context({"2!1": "30", "2!1.1": "14", "2!1.2": "15"})
    assert likely_slip(one, broken(one)) is None


def test_one_wrong_part_that_breaks_two_relations_is_one_cause():
    one = context(
        {"6!2.1": "1.000", "6!2.2": "4", "6!2.3": "70", "6!2.4": "936", "6!2.5": "690"}
        | {"6!2.4.1": "2", "6!2.4.2": "24", "6!2.4.3": "210"}
    )
    assert len(broken(one)) == 2
    [cause] = cause_groups(one)
    assert cause.results[0].target == "6!2.4"
    slip = repair_of(one, cause.results[1])
    assert (slip.row.key, slip.value) == ("6!2.4", 236)


def test_among_several_repairs_the_one_the_words_name_is_taken():
    rows = {"2!1": "300", "2!1.1": "130", "2!1.2": "160"}
    assert likely_slip(context(rows), broken(context(rows))) is None
    told = context(rows, "Trong năm, cấp tỉnh đã ban hành 140 văn bản QPPL.")
    slip = likely_slip(told, broken(told))
    assert (slip.row.key, slip.value) == ("2!1.1", 140)


def test_unrelated_errors_stay_apart():
    one = context({"2!1": "716", "2!1.1": "144", "2!1.2": "32", "1!2": "90", "1!2.1": "64", "1!2.2": "60"})
    assert len(cause_groups(one)) == 2


@settings(max_examples=80)
@given(st.integers(1, 10**7))
def test_variants_are_other_numbers_and_all_different(number):
    found = [value for value, _ in variants(Decimal(number))]
    assert Decimal(number) not in found
    assert len(found) == len(set(found))


@settings(max_examples=80)
@given(st.integers(100, 10**7), st.data())
def test_every_single_slip_is_among_the_variants(number, data):
    digits = list(str(number))
    place = data.draw(st.integers(1, len(digits) - 1))
    digits[place] = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != digits[place]]))
    assert Decimal(number) in [value for value, _ in variants(Decimal(int("".join(digits))))]
