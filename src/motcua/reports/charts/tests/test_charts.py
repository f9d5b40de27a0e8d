"""Pictures: well formed, escaped, in proportion, and every link of them in their table."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.reports.charts.api import (
    Cell,
    Mark,
    Reach,
    Series,
    Table,
    Tile,
    columns,
    csv_response,
    lines,
    placed,
    reaches,
    strips,
    table_of,
    table_of_series,
    tiles,
)
from motcua.reports.charts.svg import shortened, top_of
from motcua.reports.charts.tiles import LETTERS, in_lines

words = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), max_codepoint=0xFFFD), min_size=1, max_size=40
)
values = st.one_of(st.none(), st.integers(0, 10**7), st.fractions(0, 100))
marks = st.lists(
    st.builds(
        Mark, label=words, value=values, shown=words, url=st.sampled_from(["", "/a?b=1&c=<2>"]),
        tone=st.sampled_from(["", "good", "bad"]), word=st.sampled_from(["", "quá hạn"]),
    ),
    max_size=12,
)  # fmt: skip
spots = st.lists(
    st.one_of(st.none(), st.tuples(st.floats(102, 110), st.floats(8, 24))), max_size=40
).map(tuple)  # fmt: skip


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


@given(marks)
def test_every_picture_is_well_formed_and_stays_within_itself(some: list[Mark]):
    for svg in (
        columns(some, "x < y"),
        lines([Series("Một & hai", tuple(some))], "x"),
        strips(some, "x"),
        reaches([Reach(each, each.value, each.value) for each in some], "x"),
        tiles([Tile(each, 106.0 + at, 21.0) for at, each in enumerate(some)], "x"),
    ):
        root = drawn(svg)
        _x, _y, width, height = map(float, root.attrib["viewBox"].split())
        assert root.attrib["role"] == "group" and root.attrib["aria-label"]
        for rect in root.iter("rect"):
            assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= width + 0.11
            assert float(rect.attrib["y"]) + float(rect.attrib["height"]) <= height + 0.11
        assert "style=" not in svg and "<script" not in svg


def test_lengths_are_in_proportion_and_nothing_is_no_bar():
    some = [Mark("a", 10, "10"), Mark("b", Fraction(5), "5"), Mark("c", 0, "0"), Mark("d", None, "chưa có")]
    bars = [rect for rect in drawn(strips(some, "x")).iter("rect") if "ch-fill" in rect.attrib["class"]]
    assert [float(bar.attrib["width"]) for bar in bars] == [360, 180, 0, 0]
    heights = [
        float(rect.attrib["height"])
        for rect in drawn(columns(some, "x")).iter("rect")
        if "ch-fill" in rect.attrib["class"]
    ]
    assert heights[0] == 2 * heights[1] and heights[2:] == [0, 0]


def test_a_line_breaks_where_a_value_is_missing():
    some = tuple(Mark(str(at), value, "") for at, value in enumerate([1, 2, None, 4]))
    [path] = drawn(lines([Series("a", some)], "x")).iter("path")
    assert path.attrib["d"].count("M") == 2 and path.attrib["d"].count("L") == 1


def test_series_differ_by_more_than_colour():
    some = (Mark("a", 1, "1"),)
    root = drawn(lines([Series("a", some), Series("b", some), Series("c", some)], "x"))
    assert len({path.attrib.get("stroke-dasharray") for path in root.iter("path")}) == 3


@given(marks)
def test_every_link_of_a_picture_is_in_its_table(some: list[Mark]):
    links = {anchor.attrib["href"] for anchor in drawn(columns(some, "x")).iter("a")}
    table = table_of(some, "Ngày", "Hồ sơ")
    assert links <= {cell.url for row in table.rows for cell in row}
    assert all(len(row) == len(table.head) for row in table.rows)
    series = table_of_series([Series("a", tuple(some)), Series("b", tuple(some))], "Ngày")
    assert len(series.rows) == len(some) and all(len(row) == 3 for row in series.rows)


@given(spots)
def test_no_two_tiles_lie_on_each_other(some: tuple[tuple[float, float] | None, ...]):
    cells = placed(some)
    assert len(cells) == len(some) == len(set(cells))
    assert all(column >= 0 and row >= 0 for column, row in cells)


def test_tiles_keep_the_order_of_the_compass():
    corners = ((106.0, 21.4), (107.0, 21.4), (106.0, 21.0), (107.0, 21.0))
    north_west, north_east, south_west, south_east = placed(corners)
    assert north_west[0] < north_east[0] and south_west[0] < south_east[0]
    assert north_west[1] < south_west[1] and north_east[1] < south_east[1]


@pytest.mark.parametrize(("largest", "top"), [(0, 1), (1, 1), (3, 5), (11, 20), (Fraction(1001, 10), 200)])
def test_scales_end_on_round_numbers(largest, top):
    assert top_of([largest, None]) == top


def test_long_names_are_cut_and_files_are_text():
    assert shortened("Ủy ban nhân dân phường", 60).endswith("…") and shortened("ngắn", 60) == "ngắn"
    response = csv_response([["Đơn vị", "Số"], ["=1+1", 2]], "bang")
    assert response.content.decode() == "\ufeffĐơn vị;Số\r\n'=1+1;2\r\n"
    assert response["Content-Disposition"] == 'attachment; filename="bang.csv"'


def test_a_table_is_written_with_its_links_languages_and_nothing_unescaped():
    head = (Cell("Đơn vị"), Cell("Số <b>", number=True))
    rows = (
        (Cell("UBND xã A & B", "/x/?a=1&b=2", vi=True), Cell("1.234", '/y/"', number=True)),
        (Cell("–"), Cell("0", number=True)),
    )
    assert Table(head, rows).markup() == (
        '<thead><tr><th scope="col">Đơn vị</th><th scope="col" class="mc-num">Số &lt;b&gt;</th></tr></thead><tbody>'
        '<tr><th scope="row" class="fw-normal" lang="vi"><a href="/x/?a=1&amp;b=2">UBND xã A &amp; B</a></th>'
        '<td class="mc-num"><a href="/y/&quot;">1.234</a></td></tr>'
        '<tr><th scope="row" class="fw-normal">–</th><td class="mc-num">0</td></tr></tbody>'
    )


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("Nhân Thắng", ["Nhân", "Thắng"]),
        ("Bố Hạ", ["Bố Hạ"]),
        ("Tây Yên Tử", ["Tây Yên", "Tử"]),
        ("Nguyễntrường", ["Nguyễnt…"]),
        ("Thị trấn Hồ Sơn Lâm", ["Thị trấn", "Hồ Sơn…"]),
        ("", []),
    ],
)
def test_the_name_of_a_tile_stands_in_two_lines_at_most(label, lines):
    assert in_lines(label) == lines and all(len(line) <= LETTERS for line in lines)
