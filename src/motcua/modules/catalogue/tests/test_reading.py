"""Free text, national JSON and hostile files: read exactly, kept as a note, or refused."""

from __future__ import annotations

import io
import json
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engine.files.api import FileRefused
from motcua.engine.jobs.api import declared_jobs
from motcua.kernel.worktime import parse_limit
from motcua.modules.catalogue.api import CatalogueError
from motcua.modules.catalogue.data import Fee, to_json
from motcua.modules.catalogue.importing.fees import read_fee, read_fees
from motcua.modules.catalogue.importing.files import XLSX, read_file
from motcua.modules.catalogue.importing.national import read_national
from motcua.modules.catalogue.importing.operations import discard_import, read_import, start_import
from motcua.modules.catalogue.importing.times import read_times
from motcua.modules.catalogue.models import ImportBatch, Version
from motcua.modules.catalogue.pages.form_tree import content_of, drawn, node_of, read_posted


def limits(text):
    return {one.kind: (one.limits[0].limit, one.limits[0].note) for one in read_times(text).channels}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "Trực tuyến: 5 Ngày làm việc; Dịch vụ bưu chính: 5 Ngày làm việc; Trực tiếp: 7 Ngày",
            {"online": ("05 ngày làm việc", ""), "post": ("05 ngày làm việc", ""), "direct": ("07 ngày", "")},
        ),
        ("Trực tiếp: 8 Giờ", {"direct": ("08 giờ", "")}),
        ("Trực tiếp: 3", {"direct": ("", "3")}),
        ("Trực tiếp: không ghi", {"direct": ("", "")}),
        ("Trực tiếp: 2 Ngày; Trực tiếp: 5 Ngày", {"direct": ("", "2 Ngày; 5 Ngày")}),
        ("Trực tiếp: 2 Ngày; Trực tiếp: 2 Ngày", {"direct": ("02 ngày", "")}),
        ("3 ngày làm việc kể từ ngày nhận đủ hồ sơ", {"direct": ("03 ngày làm việc", "")}),
        ("Trong thời hạn 23 ngày làm việc, kể từ ngày nhận đủ hồ sơ", {"direct": ("23 ngày làm việc", "")}),
        ("10 ngày làm việc từ ngày nhận được hồ sơ đầy đủ và hợp lệ", {"direct": ("10 ngày làm việc", "")}),
        ("14 ngày; Riêng hồ chứa là 28 ngày", {"direct": ("", "14 ngày; Riêng hồ chứa là 28 ngày")}),
        ("Trực tiếp: 0,3 ngày làm việc", {"direct": ("", "0,3 ngày làm việc")}),
        ("Trực tiếp: 0 Ngày", {"direct": ("", "0 Ngày")}),
    ],
)
def test_times(text, read):
    assert limits(text) == read


@given(st.text(alphabet="0123456789 ,;:|.ngàylmviệcTrựctiếpgiờ½", max_size=60))
def test_no_time_is_made_up(text):
    """Whatever stands as a limit can be reckoned with, and its number stands in the text."""
    for channel in read_times(text).channels:
        for limit in channel.limits:
            if limit.limit:
                assert parse_limit(limit.limit).amount > 0
                assert limit.limit.split()[0].lstrip("0") in text


@pytest.mark.parametrize(
    ("text", "fee"),
    [
        ("Phí : 0 Đồng", Fee("Phí", 0, "charge")),
        ("Lệ phí 50.000 đồng/giấy", Fee("Lệ phí", 50_000, "fee", "đồng/giấy")),
        ("Lệ phí : 8000 Đồng", Fee("Lệ phí", 8_000, "fee")),
        ("miễn phí", Fee("Phí, lệ phí", 0)),
        ("20,000 VNĐ(đồng/lần)", Fee("Phí, lệ phí", 20_000, "fee", "đồng/lần")),
        ("100.000 VNĐ(100.000 đồng/Giấy)", Fee("Phí, lệ phí", 100_000, "fee", "đồng/Giấy")),
        ("100.000 VNĐ(50.000 đồng/Giấy)", Fee("Phí, lệ phí", None, note="100.000 VNĐ(50.000 đồng/Giấy)")),
        ("45 VNĐ", Fee("Phí, lệ phí", None, note="45 VNĐ")),
        ("10 USD", Fee("Phí, lệ phí", None, note="10 USD")),
        ("theo quy định riêng (…)", Fee("Phí, lệ phí", None, note="theo quy định riêng (…)")),
        ("Phí :  Đồng", Fee("Phí, lệ phí", None, note="Phí : Đồng")),
        ("Không có thông tin", None),
    ],
)
def test_fees(text, fee):
    assert read_fee(text) == fee


def test_several_fees_of_unknown_cases_are_no_fee():
    fees, notes = read_fees("Trực tiếp: 8000đ | Trực tiếp: 20000đ | Trực tuyến: miễn phí")
    assert (fees["direct"][0].amount, fees["direct"][0].note) == (None, "8000 đồng; 20000 đồng")
    assert fees["online"] == (Fee("Phí, lệ phí", 0),)
    assert notes["fee.several"] == 1


NATIONAL = {
    "MATTHC": "1.001193.000.00.00.H05",
    "TENTTHC": "Đăng ký khai sinh",
    "MALINHVUC": "HT",
    "TENLINHVUC": "Hộ tịch",
    "TRINHTUTHUCHIEN": [{"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": "Nộp hồ sơ"}]}],
    "CACHTHUCTHUCHIEN": [
        {
            "KENH": 1,
            "THOIGIAN": [
                {
                    "THOIGIANGIAIQUYET": "1",
                    "DONVITINH": "Ngày làm việc",
                    "MOTA": "",
                    "PHILEPHI": [{"SOTIEN": "8.000", "DONVI": "Đồng", "MOTA": "Đăng ký quá hạn"}],
                }
            ],
        },
        {"KENH": 2, "THOIGIAN": [{"THOIGIANGIAIQUYET": "ngay", "DONVITINH": "", "MOTA": "trong ngày"}]},
        {"KENH": 9, "THOIGIAN": []},
    ],
    "THANHPHANHOSO": [
        {
            "GIAYTO": [
                {"MAGIAYTO": "G1", "TENGIAYTO": "Tờ khai", "TENMAUDON": "01", "URL": "javascript:alert(1)"}
            ]
        }
    ],
    "YEUCAU": "Không",
    "DOITUONGTHUCHIEN": [{"TENDOITUONG": "Công dân Việt Nam"}],
    "COQUANTHUCHIEN": [{"MADONVI": "H05.30", "TENDONVI": "Ủy ban nhân dân cấp xã"}],
    "KETQUATHUCHIEN": [{"MAKETQUA": "K1", "TENKETQUA": "Giấy khai sinh"}],
    "CANCUPHAPLY": [{"SOVANBAN": "60/2014/QH13", "TENVANBAN": "Luật Hộ tịch"}],
}


def test_the_national_shape():
    [parsed] = read_national({"data": [NATIONAL]})
    assert (parsed.code, parsed.full_code) == ("1.001193", "1.001193.H05")
    assert to_json(parsed.content) == {
        "sequences": [{"steps": ["Nộp hồ sơ"]}],
        "channels": [
            {
                "kind": "direct",
                "limits": [
                    {
                        "limit": "01 ngày làm việc",
                        "fees": [{"name": "Phí, lệ phí", "amount": 8000, "note": "Đăng ký quá hạn"}],
                    }
                ],
            },
            {"kind": "online", "limits": [{"note": "ngay; trong ngày"}]},
        ],
        "cases": [{"papers": [{"name": "Tờ khai", "code": "G1", "form": "01"}]}],
        "subjects": ["Công dân Việt Nam"],
        "agencies": [{"name": "Ủy ban nhân dân cấp xã", "code": "H05.30"}],
        "results": [{"name": "Giấy khai sinh", "code": "K1"}],
        "bases": [{"number": "60/2014/QH13", "title": "Luật Hộ tịch"}],
        "conditions": "Không",
    }
    assert set(parsed.notes) == {"time.text", "channel.unknown", "paper.url", "level.none"}


def test_only_what_the_file_says_is_compared(editor, province, procedure):
    """The list says nothing of papers: they stay. The level differs: that alone is a change."""
    text = "Mã TTHC;Tên thủ tục;Cấp thực hiện\n1.001193;Đăng ký khai sinh;tỉnh, xã\n"
    batch = read_import(editor, province, "a.csv", text.encode())
    [row] = batch.rows
    assert (row["kind"], [one["part"] for one in row["differences"]]) == ("changed", ["levels"])
    assert row["proposal"]["content"] == Version.objects.get(procedure=procedure).content


def test_what_is_only_in_the_catalogue_is_told(editor, province, procedure):
    batch = read_import(editor, province, "a.json", json.dumps([{**NATIONAL, "MATTHC": "2.000001"}]).encode())
    assert [(row["code"], row["kind"]) for row in batch.rows] == [
        ("2.000001", "missing"),
        ("1.001193", "extra"),
    ]


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_hostile_rows_are_told_apart(editor, province):
    content = workbook(
        [
            ["DANH MỤC", None],
            ["Mã TTHC", "Tên thủ tục"],
            ["1.000001", "Tốt"],
            ["1.000002", "=1+1"],
            ["1.000003", "<script>alert(1)</script>"],
            ["1.000001", "Lặp lại"],
            ["x", "Mã sai"],
            ["1.000004", "Dài " * 600],
        ]
    )
    batch = read_import(editor, province, "a.xlsx", content)
    assert [(row["row"], row["kind"]) for row in batch.rows] == [
        (3, "missing"),
        (4, "invalid"),
        (5, "invalid"),
        (6, "invalid"),
        (7, "invalid"),
        (8, "invalid"),
    ]
    assert batch.rows[3]["reasons"] == ["Trùng mã với dòng 3."]


def bomb() -> bytes:
    out = io.BytesIO(workbook([["Mã TTHC", "Tên thủ tục"]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/huge.bin", b"\0" * (130 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"a,b\n1,2\n", "catalogue.import.header"),
        ("a.csv", b"code,name\n", "catalogue.import.empty"),
        ("a.json", b"{", "catalogue.import.damaged"),
        ("a.json", b"[" * 100_000, "catalogue.import.damaged"),
        ("a.json", b'{"x": 1}', "catalogue.import.shape"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "files.type.not-accepted"),
        ("a.xlsx", b"not a workbook", "files.type.mismatch"),
    ],
)
def test_files_refused(editor, province, name, content, code):
    with pytest.raises((CatalogueError, FileRefused)) as caught:
        read_import(editor, province, name, content)
    assert caught.value.code == code
    assert not ImportBatch.objects.exists()


def test_a_bomb_is_refused_unopened():
    with pytest.raises(CatalogueError) as caught:
        read_file(bomb(), XLSX)
    assert caught.value.code == "catalogue.import.size"


def test_macros_are_refused(editor, province):
    out = io.BytesIO(workbook([["Mã TTHC", "Tên thủ tục"]]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(FileRefused) as caught:
        read_import(editor, province, "a.xlsx", out.getvalue())
    assert caught.value.code == "files.type.macro"


def test_states_of_a_batch(editor, province):
    import datetime as dt

    batch = read_import(editor, province, "a.csv", b"code,name\n1.000001,A\n")
    with pytest.raises(CatalogueError) as caught:
        start_import(editor, batch, [], dt.date(2026, 10, 1))
    assert caught.value.code == "catalogue.import.none"
    discard_import(editor, batch)
    with pytest.raises(CatalogueError) as caught:
        start_import(editor, batch, [0], dt.date(2026, 10, 1))
    assert caught.value.code == "catalogue.import.state"
    assert not Version.objects.exists()


def test_the_job_is_known():
    assert "catalogue.apply-import" in {one.name for one in declared_jobs()}


def test_the_form_gives_back_what_it_was_given(content):
    """Drawn, posted as a browser would, and read: nothing is lost."""
    posted = {}

    def collect(field):
        if field["kind"] == "flag":
            if field["value"]:
                posted[field["name"]] = "1"
        else:
            posted[field["name"]] = str(field["value"])

    def walk(rows):
        for row in rows["rows"]:
            for field in row["fields"] + row["more"]:
                collect(field)
            for inner in row["lists"]:
                walk(inner)

    form = drawn(node_of(content))
    for field in form["plain"]:
        collect(field)
    for rows in form["lists"]:
        walk(rows)
    assert content_of(read_posted(posted)) == content
