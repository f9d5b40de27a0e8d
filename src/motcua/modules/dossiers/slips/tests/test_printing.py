"""Every form on every paper says what its content holds, however long, short or hostile that is."""

import dataclasses
import datetime as dt
import io
import re

import pypdf
import pypdfium2
import pytest

from motcua.engine.documents.api import DocumentRefused, day_text, qr_svg
from motcua.modules.dossiers.slips import contents as c
from motcua.modules.dossiers.slips.api import KINDS, render_many, render_slip
from motcua.modules.dossiers.slips.printing import printed
from motcua.modules.dossiers.slips.samples import RECEIPT, SAMPLES, SIGNER, at

PAPERS = [(kind.code, paper) for kind in KINDS.values() for paper in kind.papers]
SIZES = {"a4": (210, 297), "a5": (148, 210)}
LABEL = (62, 29)
# Said by a drawing or a mark, or written in another form, or not among the fields of the form.
_LETTER = {"identity", "procedure_code", "officer"}
UNPRINTED = {
    kind: {"follow_link", "outcome", "issued_at", *(f"{name} of issuer" for name in more), *others}
    for kind, more, others in (
        ("01", ("address", "email", "website"), ()),
        ("02", ("address", "phone"), ("identity",)),
        ("03", ("address",), ()),
        ("04", ("phone",), _LETTER),
        ("05", ("phone",), _LETTER),
        ("06", ("address", "phone", "email", "website"), ("identity", "address", "phone", "email")),
        ("07", ("address", "phone", "email", "website"), ()),
        ("apology", ("phone",), _LETTER),
        ("withdrawal", ("address", "phone", "email", "website"), ()),
        ("label", (), ()),
        ("handover", ("address", "phone", "email", "website"), ()),
    )
}
HOSTILE = '#eval("1") ] $x$ *đậm* _a_ = <b> @c \\ // `d` "'
LONG = (
    "Cấp giấy phép xây dựng mới đối với công trình cấp III, cấp IV (công trình không theo tuyến, theo tuyến trong đô "
    "thị, tín ngưỡng, tôn giáo, tượng đài, sửa chữa, cải tạo, theo giai đoạn, dự án) và nhà ở riêng lẻ"
)
MINIMAL = {
    "issuer": c.Issuer(name="UBND xã Mẫu"),
    "applicant": c.Person(name="Nguyễn Văn Mẫu"),
    "procedure": "Thủ tục mẫu",
    "issued_at": at(3),
}
SHORTEST = {
    "01": c.ReceiptContent(**MINIMAL),
    "02": c.SupplementContent(**MINIMAL),
    "03": c.RefusalContent(**MINIMAL),
    "04": c.ExtensionContent(**MINIMAL, signer=c.Signer(title="Chủ tịch")),
    "05": c.StopContent(**MINIMAL, signer=c.Signer(title="Chủ tịch")),
    "06": c.ControlContent(**MINIMAL),
    "07": c.RegisterContent(
        issuer=MINIMAL["issuer"],
        issued_at=at(3),
        book="01/2026",
        first_day=dt.date(2026, 3, 3),
        last_day=dt.date(2026, 3, 3),
    ),
    "apology": c.ApologyContent(**MINIMAL, signer=c.Signer(title="Chủ tịch")),
    "withdrawal": c.WithdrawalContent(**MINIMAL),
    "label": c.LabelContent(code="", applicant="Nguyễn Văn Mẫu", procedure="Thủ tục mẫu", issued_at=at(3)),
    "handover": c.HandoverContent(
        issuer=MINIMAL["issuer"], issued_at=at(3), giving_unit="", receiving_unit=""
    ),
}


def pages(document: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(document)]


def plain(text: str) -> str:
    """Without white space and break marks, in one case: agency names and roles print in capitals."""
    return re.sub(r"[\s\u200b\u00a0]", "", text).casefold()


def sizes(document: bytes) -> list[tuple[int, int]]:
    return [
        tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in pypdfium2.PdfDocument(document)
    ]


def said(value, name="", owner=""):
    """What a content holds: (name, text) pairs, days as they are written."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from said(getattr(value, field.name), field.name, "issuer" if name == "issuer" else "")
    elif isinstance(value, tuple):
        for item in value:
            yield from said(item, name)
    elif isinstance(value, dt.date):
        yield name, day_text(value)
    elif isinstance(value, str) and value:
        yield (f"{name} of {owner}" if owner else name), value


def filled(value, text):
    """The same content with every text replaced."""
    if dataclasses.is_dataclass(value):
        return dataclasses.replace(
            value, **{f.name: filled(getattr(value, f.name), text) for f in dataclasses.fields(value)}
        )
    if isinstance(value, tuple):
        return tuple(filled(item, text) for item in value)
    return text if isinstance(value, str) else value


# Given by the system itself, never by a person who files.
OURS = {"issuer", "code", "number", "book", "follow_link", "follow_site", "check"}


def filled_by_people(content, text):
    kept = {f.name: getattr(content, f.name) for f in dataclasses.fields(content) if f.name in OURS}
    return dataclasses.replace(filled(content, text), **kept)


def fits(kind, paper):
    if kind == "label":
        return LABEL
    return SIZES[paper][::-1] if KINDS[kind].landscape else SIZES[paper]


@pytest.mark.parametrize(("kind", "paper"), PAPERS)
def test_the_whole_content_is_on_one_page(kind, paper):
    content = SAMPLES[kind]
    document = render_slip(kind, content, paper=paper)
    (page,) = pages(document)
    text = plain(page)
    issued = long_day(content.issued_at)
    missing = [
        (name, value)
        for name, value in said(content)
        if name not in UNPRINTED[kind] and plain(value) not in text
    ]
    assert missing == []
    assert kind == "label" or issued in text
    assert sizes(document) == [fits(kind, paper)]


def long_day(instant):
    return plain(f"ngày {instant.day:02d} tháng {instant.month} năm {instant.year}")


@pytest.mark.parametrize("kind", ["01", "02", "03", "06", "withdrawal"])
def test_officers_sign_what_they_hand_out(kind):
    assert "Lê Mẫu Ngọc" in pages(render_slip(kind, SAMPLES[kind]))[0]


def test_a_receipt_reads_as_the_circular_has_it():
    (page,) = pages(render_slip("01", RECEIPT))
    text = " ".join(page.split())
    for sentence in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Mã hồ sơ: H05.15-260303-0001",
        "Kinh Bắc, ngày 03 tháng 3 năm 2026",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Tiếp nhận hồ sơ của: Nguyễn Thị Mẫu Hạnh",
        "Số lượng hồ sơ: 1 bộ",
        "Thời gian giải quyết theo quy định: 05 ngày làm việc",
        "Thời gian nhận hồ sơ: 08 giờ 15 phút, ngày 03/3/2026",
        "Thời gian trả kết quả: 17 giờ 00 phút, ngày 10/3/2026",
        "Phí, lệ phí: 75.000 đồng (Bảy mươi lăm nghìn đồng); đã nộp trực tuyến",
        "quyển số: 01/2026",
        "Số thứ tự: 125",
        "Mã kiểm tra: 7KQ2MNPX",
        "Mẫu số 01, Thông tư số 03/2025/TT-VPCP",
    ):
        assert sentence in text
    assert "Trang" not in text and "In lại" not in text


def test_a_receipt_printed_again_says_so():
    again = dataclasses.replace(RECEIPT, reissued=True, fee=0)
    (page,) = pages(render_slip("01", again, paper="a4"))
    assert "thay cho giấy đã cấp trước" in page
    assert "Phí, lệ phí: không thu" in page


def test_a_control_slip_marks_one_outcome_a_row():
    text = " ".join(pages(render_slip("06", SAMPLES["06"]))[0].split())
    assert text.count("×") == 3
    assert "× Trước hạn" in text and "× Quá hạn" in text and "× Đúng hạn" in text


def test_codes_to_scan_are_those_of_the_dossier():
    data = printed(RECEIPT)
    assert data["qr"] == qr_svg(RECEIPT.follow_link) != ""
    assert data["bar"].startswith("<svg")
    assert printed(dataclasses.replace(RECEIPT, code="Hồ sơ", follow_link=""))["bar"] == ""


@pytest.mark.parametrize("kind", KINDS)
def test_the_shortest_content_still_prints(kind):
    (page,) = pages(render_slip(kind, SHORTEST[kind]))
    assert not re.search(r"\bnone\b|dictionary|\(:\)", page)
    assert "Mẫu" in page or "MẪU" in page


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_texts_print_as_text(kind):
    content = filled(SAMPLES[kind], HOSTILE)
    text = plain("".join(pages(render_slip(kind, content))))
    assert plain(HOSTILE) in text
    assert text.count(plain('#eval("1")')) >= 2


@pytest.mark.parametrize("text", ["李小龙 🎉", "\u202eẩn", "a\nb\r\nc", "\x00\x07", "ẫ" * 2, "W" * 90])
@pytest.mark.parametrize("kind", KINDS)
def test_odd_texts_do_not_cost_the_paper(kind, text):
    for page in pypdfium2.PdfDocument(render_slip(kind, filled_by_people(SAMPLES[kind], text))):
        width, height = page.get_size()
        letters = page.get_textpage()
        shown = [
            letters.get_charbox(index)
            for index in range(letters.count_chars())
            if letters.get_text_range(index, 1).strip()
        ]
        assert shown
        assert all(left >= 0 and right <= width for left, _low, right, _high in shown)
        # A label cuts what is too long; the cut letters are still in the file.
        assert kind == "label" or all(low >= 0 and high <= height for _left, low, _right, high in shown)


@pytest.mark.parametrize("kind", ["01", "02", "05", "withdrawal"])
@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_forty_papers_run_over_pages_with_their_heading(kind, paper):
    papers = tuple(
        c.PaperLine(name=f"{LONG if i % 9 == 0 else 'Giấy tờ'} thứ {i}.", originals=i % 2, note="bản điện tử")
        for i in range(1, 41)
    )
    place = {"01": "papers", "02": "items"}.get(kind, "returned")
    said_on = pages(render_slip(kind, dataclasses.replace(SAMPLES[kind], **{place: papers}), paper=paper))
    whole = plain("".join(said_on))
    assert len(said_on) >= 2
    assert all(f"Trang {number}/{len(said_on)}" in page for number, page in enumerate(said_on, 1))
    assert all(plain(line.name) in whole for line in papers)
    assert all("Tên giấy tờ" in page for page in said_on[:-1])
    assert all("H05.15-260303-0001" in page for page in said_on)


def test_a_register_of_five_hundred_lines_numbers_its_pages_and_repeats_its_head():
    first = SAMPLES["07"].lines[0]
    lines = tuple(
        dataclasses.replace(
            first, number=i, code=f"H05.15-260303-{i:04d}", procedure=LONG if i % 50 == 0 else first.procedure
        )
        for i in range(1, 501)
    )
    content = dataclasses.replace(SAMPLES["07"], lines=lines, closed=True, signer=SIGNER)
    document = render_slip("07", content)
    said_on = pages(document)
    assert 20 <= len(said_on) <= 50
    assert set(sizes(document)) == {(297, 210)}
    for number, page in enumerate(said_on, 1):
        assert f"Trang {number}/{len(said_on)}" in page
        assert "quyển số 01/2026" in page
    assert all("Mã hồ sơ" in page for page in said_on[:-1])
    codes = re.findall(r"H05\.15-260303-\d{4}", "".join(said_on))
    assert codes == [line.code for line in lines]
    assert "Sổ này gồm 500 hồ sơ, khóa sổ ngày 31 tháng 3 năm 2026." in " ".join(said_on[-1].split())
    assert "TRẦN" in said_on[-1].upper()


def test_a_label_never_grows():
    long = dataclasses.replace(SAMPLES["label"], applicant=LONG, procedure=LONG * 3, unit=LONG)
    document = render_slip("label", long)
    assert sizes(document) == [LABEL]
    assert "17:00" in pages(document)[0] and "10/3/2026" in pages(document)[0]


def test_bulk_printing_keeps_order_and_sizes():
    slips = [("label", SAMPLES["label"]), ("06", SAMPLES["06"]), ("01", RECEIPT), ("07", SAMPLES["07"])]
    document = render_many(slips, paper="a5")
    assert sizes(document) == [LABEL, SIZES["a4"], SIZES["a5"], (297, 210)]
    texts = pages(document)
    assert "KIỂM SOÁT" in texts[1] and "GIẤY TIẾP NHẬN" in texts[2] and "SỔ THEO DÕI" in texts[3]
    assert document == render_many(slips, paper="a5")


def test_one_slip_of_many_is_as_one_alone():
    alone = pages(render_slip("02", SAMPLES["02"]))
    assert pages(render_many([("01", RECEIPT), ("02", SAMPLES["02"])]))[1:] == alone


@pytest.mark.parametrize(("kind", "paper"), PAPERS)
def test_fonts_are_inside_and_the_file_is_archivable(kind, paper):
    reader = pypdf.PdfReader(io.BytesIO(render_slip(kind, SAMPLES[kind], paper=paper)))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata and "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.metadata.title == KINDS[kind].label
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font["/DescendantFonts"][0]
            assert "Tinos" in descendant["/BaseFont"] and "/FontFile2" in descendant["/FontDescriptor"]


def test_contents_of_another_kind_are_refused():
    with pytest.raises(TypeError, match="SupplementContent"):
        render_slip("02", RECEIPT)
    with pytest.raises(KeyError):
        render_slip("99", RECEIPT)


def test_nothing_to_print_is_refused():
    with pytest.raises(DocumentRefused) as refused:
        render_many([])
    assert refused.value.code == "documents.sheets.none"
