"""PDFs of our own templates: what they say, what they hold, and what a name cannot do to them."""

import datetime as dt
import io
import os

import pypdf
import pypdfium2
import pytest

from motcua.engine.documents import rendering
from motcua.engine.documents.api import (
    DocumentRefused,
    Sheet,
    code128_svg,
    merge_pdfs,
    qr_svg,
    register_templates,
    render_bulk,
    render_pdf,
)

AT = dt.datetime(2026, 3, 3, 1, 15, tzinfo=dt.UTC)
LETTER = """#import "/documents/official.typ": *
#let paper(data, sheet) = pages(sheet, running: data.code)[
  #head(parent: "UBND tỉnh", name: "Sở Mẫu", under: data.code, place: "Mẫu", day: "ngày 03 tháng 3 năm 2026")
  #title("Giấy mẫu")
  #data.name
  #for line in data.at("lines", default: ()) [#par(line)]
  #if "qr" in data { image(bytes(data.qr), width: 2cm, alt: "QR") }
]
"""


@pytest.fixture
def letter(tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "_folders", dict(rendering._folders))
    (tmp_path / "letter.typ").write_text(LETTER, encoding="utf-8")
    (tmp_path / "nosy.typ").write_text(
        '#let paper(data, sheet) = read("/../../../../etc/hostname")', encoding="utf-8"
    )
    (tmp_path / "broken.typ").write_text("#let paper(data, sheet) = data.nothing", encoding="utf-8")
    register_templates("trial", tmp_path)
    yield "trial/letter.typ"
    rendering._sources.cache_clear()


def text_of(document: bytes) -> str:
    pages = pypdfium2.PdfDocument(document)
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages).replace("\r\n", "\n")


def sizes(document: bytes) -> list[tuple[int, int]]:
    return [
        tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in pypdfium2.PdfDocument(document)
    ]


@pytest.mark.parametrize(
    "name",
    [
        '#eval("1+1")',
        "]#pagebreak()[",
        '")#panic("x")("',
        "$x^2$ *đậm* _nghiêng_ `mã` = Đề mục",
        "\\ // /* chú thích */ <nhãn> @thamchieu #let x = 1",
        "<script>alert(1)</script> & &amp; https://vidu.example",
        "- mục\n+ mục",
    ],
)
def test_a_name_prints_as_it_is_written(letter, name):
    said = text_of(render_pdf(letter, {"code": "X", "name": name}, at=AT))
    assert "".join(name.split()) in "".join(said.split())


def test_a_word_longer_than_the_line_stays_on_the_paper(letter):
    word = "Mẫu" * 120
    document = render_pdf(letter, {"code": "X", "name": word}, paper="a5", at=AT)
    page = pypdfium2.PdfDocument(document)[0]
    width = page.get_size()[0]
    text = page.get_textpage()
    rights = [text.get_charbox(index)[2] for index in range(text.count_chars())]
    assert max(rights) < width - 10 / 25.4 * 72 + 1
    assert text.get_text_bounded().replace("\u200b", "").replace("\r\n", "").count("Mẫu") >= 120


def test_letters_without_a_glyph_do_not_cost_the_paper(letter):
    said = text_of(render_pdf(letter, {"code": "X", "name": "李小龙 🎉 Nguyễn Văn Mẫu"}, at=AT))
    assert "□□□ □ Nguyễn Văn Mẫu" in said


def test_the_same_input_gives_the_same_bytes(letter):
    data = {"code": "X", "name": "Nguyễn Thị Mẫu", "qr": qr_svg("https://vidu.example")}
    assert render_pdf(letter, data, at=AT) == render_pdf(letter, data, at=AT)
    assert render_pdf(letter, data, at=AT) != render_pdf(letter, data, at=AT + dt.timedelta(days=1))


def test_the_file_is_tagged_pdf_a_with_its_fonts_inside(letter):
    document = render_pdf(letter, {"code": "X", "name": "Ngữ"}, title="Giấy mẫu", author="Sở Mẫu", at=AT)
    reader = pypdf.PdfReader(io.BytesIO(document))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"].lower() == "vi-vn"
    assert "/StructTreeRoot" in root and "/OutputIntents" in root
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.metadata.title == "Giấy mẫu" and reader.metadata.author == "Sở Mẫu"
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    for font in fonts:
        descendant = font["/DescendantFonts"][0]
        assert "Tinos" in descendant["/BaseFont"]
        assert "/FontFile2" in descendant["/FontDescriptor"]
        assert "/ToUnicode" in font
    assert len(list(fonts)) >= 2


@pytest.mark.parametrize(
    ("paper", "landscape", "size"),
    [
        ("a4", False, (210, 297)),
        ("a5", False, (148, 210)),
        ("a4", True, (297, 210)),
        ("a5", True, (210, 148)),
    ],
)
def test_paper_sizes(letter, paper, landscape, size):
    document = render_pdf(letter, {"code": "X", "name": "N"}, paper=paper, landscape=landscape, at=AT)
    assert sizes(document) == [size]


def test_bulk_keeps_each_paper_apart_with_its_own_page_numbers(letter):
    long = {"code": "DÀI", "name": "N", "lines": [f"Dòng {i}" for i in range(80)]}
    short = {"code": "NGẮN", "name": "N"}
    document = render_bulk(
        [Sheet(letter, long, "a4"), Sheet(letter, short, "a5"), Sheet(letter, long, "a5")], at=AT
    )
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(document)]
    codes = ["DÀI" if "DÀI" in page else "NGẮN" for page in pages]
    first = codes.index("NGẮN")
    assert codes == ["DÀI"] * first + ["NGẮN"] + ["DÀI"] * (len(pages) - first - 1)
    assert f"Trang 1/{first}" in pages[0] and f"Trang {first}/{first}" in pages[first - 1]
    assert "Trang" not in pages[first]
    assert f"Trang 1/{len(pages) - first - 1}" in pages[first + 1]
    assert set(sizes(document)) == {(210, 297), (148, 210)}


def test_merged_pages_follow_one_another(letter):
    parts = [render_pdf(letter, {"code": f"SỐ {i}", "name": "N"}, at=AT) for i in range(3)]
    merged = merge_pdfs(parts)
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(merged)]
    assert [f"SỐ {i}" in page for i, page in enumerate(pages)] == [True] * 3


def test_templates_reach_nothing_outside(letter):
    with pytest.raises(DocumentRefused) as refused:
        render_pdf("trial/nosy.typ", {}, at=AT)
    assert refused.value.code == "documents.template.failed"


def test_a_broken_template_is_told(letter):
    with pytest.raises(DocumentRefused) as refused:
        render_pdf("trial/broken.typ", {}, at=AT)
    assert refused.value.code == "documents.template.failed" and "nothing" in refused.value.message


@pytest.mark.parametrize(
    "name", ["trial/unknown.typ", "letter.typ", 'trial/letter.typ": *\n#panic("', "../x/a.typ"]
)
def test_unknown_templates_are_refused(letter, name):
    with pytest.raises(DocumentRefused) as refused:
        render_pdf(name, {}, at=AT)
    assert refused.value.code == "documents.template.unknown"


def test_nothing_to_print_is_refused():
    with pytest.raises(DocumentRefused) as refused:
        render_bulk([])
    assert refused.value.code == "documents.sheets.none"


def test_a_fork_of_a_process_that_printed_is_told_instead_of_waiting(letter, monkeypatch):
    render_pdf(letter, {"code": "X", "name": "N"}, at=AT)
    monkeypatch.setattr(rendering, "_user", [os.getpid() + 1])
    with pytest.raises(DocumentRefused) as refused:
        render_pdf(letter, {"code": "X", "name": "N"}, at=AT)
    assert refused.value.code == "documents.process.forked"


def test_a_room_has_one_folder(letter, tmp_path):
    register_templates("trial", tmp_path)
    with pytest.raises(ValueError, match="trial"):
        register_templates("trial", tmp_path / "other")
    assert code128_svg("A")
