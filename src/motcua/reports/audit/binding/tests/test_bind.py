"""Form tables are bound whatever their numbering, order of columns, page breaks and slips of scanning."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.reports.audit.binding import IssueKind, bind_forms
from motcua.reports.audit.generate.build import Wish, make_draft
from motcua.reports.audit.generate.printing import as_docx, as_markdown
from motcua.reports.audit.readers import read_report
from motcua.reports.forms.definitions import form_set

FORMS = form_set()
HEADER = "STT\tChỉ tiêu thống kê\tĐơn vị tính\tSố liệu\tGhi chú"


def bound(text):
    return bind_forms(read_report([("bao-cao.md", text.encode())]), FORMS)


def table(form, lines=None, title=True, header=HEADER):
    rows = lines or [
        f"{row.code}\t{row.label}\t{row.unit}\t{'' if row.is_heading else index}\t"
        for index, row in enumerate(FORMS.forms[form].rows)
    ]
    head = [FORMS.forms[form].title, ""] if title else []
    return "\n".join([*head, header, *rows]) + "\n"


@pytest.mark.parametrize("form", list(FORMS.forms))
def test_each_form_is_bound_whole(form):
    forms = bound("Báo cáo\n\n" + table(form))
    assert [row.key for row in forms.rows] == [row.key for row in FORMS.forms[form].rows]
    assert [issue.kind for issue in forms.issues if issue.form == form and form != "3"] == []


def test_the_gap_in_the_printed_numbers_is_seen():
    forms = bound("Báo cáo\n\n" + table("3"))
    [issue] = forms.issues_of(IssueKind.SKIPPED_NUMBER)
    assert (issue.key, issue.expected) == ("3!3.3", "3.2")


def test_repeated_labels_bind_by_place_under_their_parent():
    forms = bound("Báo cáo\n\n" + table("3"))
    labels = {forms.row(key).printed.label for key in ("3!3.1.1", "3!3.3.1")}
    assert labels == {"Tổng số hồ sơ TTHC đã giải quyết xong"}
    assert forms.value("3!3.1.1") < forms.value("3!3.3.1")


def test_a_table_without_title_is_known_by_its_rows():
    forms = bound("Báo cáo\n\n" + table("6", title=False))
    assert forms.forms_found == ("6",)


def test_columns_in_another_order_are_found_by_their_header():
    rows = [f"{row.label}\t{i}\t{row.unit}\t{row.code}" for i, row in enumerate(FORMS.forms["2"].rows)]
    forms = bound("Báo cáo\n\n" + table("2", rows, header="Chỉ tiêu\tSố liệu\tĐơn vị tính\tSTT"))
    assert forms.value("2!1.1") == 1
    assert forms.row("2!3.2").printed.unit == "%"


def test_numbers_inside_the_label_are_taken_for_numbers():
    rows = [f"{row.code}. {row.label}\t{row.unit}\t{i}" for i, row in enumerate(FORMS.forms["2"].rows)]
    forms = bound("Báo cáo\n\n" + table("2", rows, header="Chỉ tiêu\tĐơn vị tính\tSố liệu"))
    assert forms.row("2!2.2.1").printed.number == "2.2.1."
    assert forms.issues_of(IssueKind.UNNUMBERED, IssueKind.RENUMBERED) == ()


def test_tables_cut_by_a_page_break_are_joined_without_their_second_header():
    rows = table("5").splitlines()
    half = len(rows) // 2
    text = "\n".join([*rows[:half], "", HEADER, *rows[half:]])
    forms = bound("Báo cáo\n\n" + text)
    assert len(forms.by_key) == len(FORMS.forms["5"].rows)
    assert forms.issues_of(IssueKind.EXTRA, IssueKind.MISSING) == ()


def test_the_tail_of_a_note_goes_back_to_its_row():
    rows = table("2").splitlines()
    rows[4] = rows[4] + "số liệu đến"
    text = "\n".join([*rows[:5], "", "\t\t\t\t10/12/2025", *rows[5:]])
    assert bound("Báo cáo\n\n" + text).row("2!1.1").printed.note == "số liệu đến 10/12/2025"


def test_a_row_that_begins_like_a_header_is_a_row():
    forms = bound("Báo cáo\n\n" + table("6"))
    assert forms.row("6!2.6") is not None


def test_a_missing_row_and_an_extra_row_are_reported():
    rows = [line for line in table("2").splitlines()[3:] if not line.startswith("1.2\t")]
    rows.append("4\tSố hội nghị tuyên truyền pháp luật trực tuyến\tHội nghị\t5\t")
    forms = bound("Báo cáo\n\n" + table("2", rows))
    assert [issue.key for issue in forms.issues_of(IssueKind.MISSING)] == ["2!1.2"]
    [extra] = forms.issues_of(IssueKind.EXTRA)
    assert extra.rows[0].printed.number == "4"


def test_a_row_that_moved_is_bound_and_reported():
    rows = table("2").splitlines()[3:]
    rows.append(rows.pop(3))
    forms = bound("Báo cáo\n\n" + table("2", rows))
    assert forms.row("2!2") is not None
    assert [issue.key for issue in forms.issues_of(IssueKind.MOVED)] == ["2!2"]


def test_a_second_copy_of_a_form_is_left_unread_and_said_so():
    forms = bound("Báo cáo\n\n" + table("2") + "\nPhụ lục kỳ trước\n\n" + table("2"))
    assert len(forms.rows) == len(FORMS.forms["2"].rows)
    assert len(forms.unread) == 1
    assert "bản thứ hai" in forms.unread[0]


def test_a_table_of_another_kind_is_not_a_form():
    forms = bound(
        "Báo cáo\n\nSTT\tTên xã\tĐơn vị tính\tSố liệu\n1\tXã Tân Lập\tHồ sơ\t20\n2\tXã Phú Sơn\tHồ sơ\t7\n"
    )
    assert forms.rows == ()
    assert len(forms.unread) == 1


def test_a_very_long_table_is_left_unread_at_once():
    lines = [f"{i}\tTổng số hồ sơ TTHC đã giải quyết xong\tHồ sơ\t{i}\t" for i in range(5000)]
    forms = bound("Báo cáo\n\n" + table("3", lines))
    assert forms.rows == ()
    assert len(forms.unread) == 1


def test_a_percentage_row_printed_as_a_count_is_reported():
    rows = [line.replace("\t%\t", "\tVăn bản\t") for line in table("2").splitlines()[3:]]
    forms = bound("Báo cáo\n\n" + table("2", rows))
    assert [issue.key for issue in forms.issues_of(IssueKind.UNIT_DIFFERS)] == ["2!2.2", "2!3.2"]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_every_generated_report_is_bound_row_by_row(seed):
    draft = make_draft(Wish(seed, errors=0, pages=12))
    printed = as_markdown(draft, seed)
    forms = bound(printed.text)
    assert {key: row.place.line for key, row in forms.by_key.items()} == {
        row.key: printed.lines[row.key] for row in draft.rows
    }
    wanted = {row.key: draft.values.get(row.key) for row in draft.rows}
    assert {key: forms.value(key) for key in wanted} == wanted


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.data())
def test_dropped_rows_are_the_rows_said_to_be_missing(seed, data):
    draft = make_draft(Wish(seed, errors=0, pages=12))
    droppable = [row.key for row in draft.rows if not row.heading and "%" not in row.unit]
    dropped = set(data.draw(st.lists(st.sampled_from(droppable), max_size=4, unique=True)))
    draft.rows = [row for row in draft.rows if row.key not in dropped]
    missing = {issue.key for issue in bound(as_markdown(draft).text).issues_of(IssueKind.MISSING)}
    twins = {key: draft_label(key) for key in dropped}
    assert {draft_label(key) for key in missing} == set(twins.values())


def draft_label(key):
    return FORMS.row(key).label


def test_word_tables_are_bound_as_well():
    draft = make_draft(Wish(5, errors=0, pages=12))
    forms = bind_forms(read_report([("bao-cao.docx", as_docx(draft))]), FORMS)
    assert len(forms.by_key) == len(draft.rows)
    assert forms.value("3!1.4") == draft.values["3!1.4"]


def test_slips_of_scanning_do_not_unbind_rows():
    draft = make_draft(Wish(3, errors=0, pages=12))
    habits = replace(draft.province.habits, slips=60)
    draft.province = replace(draft.province, habits=habits)
    chance = random.Random(1)
    for row in draft.rows:
        if len(row.label) > 12:
            place = chance.randrange(3, len(row.label) - 2)
            row.label = row.label[:place] + row.label[place + 1 :]
    assert len(bound(as_markdown(draft, 1).text).by_key) == len(draft.rows)
