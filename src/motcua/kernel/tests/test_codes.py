import csv
import os
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.codes import (
    AgencyCode,
    CodeError,
    DossierGrammar,
    PlaceLevel,
    is_scheme_code,
    new_dossier_code,
    parse_agency,
    parse_document_symbol,
    parse_dossier_code,
    parse_place_code,
    parse_procedure_code,
)

tops = st.from_regex(r"[A-Y][0-9]{2}", fullmatch=True)
two = st.from_regex(r"[0-9]{2}", fullmatch=True).filter(lambda group: group != "00")
three = st.from_regex(r"[0-9]{3}", fullmatch=True).filter(lambda group: group != "000")
agencies = st.one_of(
    st.tuples(tops),
    st.tuples(tops, two),
    st.tuples(tops, two, two),
    st.tuples(tops, two, two, three),
).map(AgencyCode)


def test_agencies_are_read_in_both_orders():
    assert str(parse_agency("000.00.15.H05")) == "H05.15"
    assert str(parse_agency("000.00.00.G17")) == "G17"
    assert str(parse_agency(" h05.15.02 ")) == "H05.15.02"
    assert parse_agency("H05.15.02").old_form() == "000.02.15.H05"
    assert str(parse_agency("001.00.15.H05")) == "H05.15.00.001"


@given(agencies)
def test_orders_convert_back_and_forth(agency):
    assert parse_agency(agency.old_form()) == agency
    assert parse_agency(str(agency)) == agency


def test_agencies_know_their_family():
    code = parse_agency("H05.15.02")
    assert (code.level, str(code.top), str(code.parent)) == (3, "H05", "H05.15")
    assert code.top.parent is None
    assert code.is_within(parse_agency("H05.15"))
    assert not code.is_within(parse_agency("H05.1"))


@given(agencies, st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 99_999))
def test_dossier_codes_read_back(agency, received, serial):
    code = new_dossier_code(agency, received, serial)
    assert parse_dossier_code(str(code)) == code
    old = f"{agency.old_form()}-{received:%y%m%d}-{serial:04d}"
    assert str(parse_dossier_code(old)) == old


def test_three_grammars_of_dossier_codes():
    old = parse_dossier_code("000.00.15.H05-250630-0001")
    assert (str(old.agency), old.received, old.serial) == ("H05.15", date(2025, 6, 30), 1)
    assert old.grammar is DossierGrammar.TT01_2018
    assert str(new_dossier_code(old.agency, date(2025, 10, 1), 1)) == "H05.15-251001-0001"
    central = parse_dossier_code("H05.152.02-260201-070123")
    assert (central.owner, central.serial, central.grammar) == ("07", 123, DossierGrammar.TT04_2025)
    assert str(central) == "H05.152.02-260201-070123"


def test_procedures():
    plain = parse_procedure_code("1.001193")
    for text in ("1.001193.H05", "1.001193.000.00.00.H05"):
        suffixed = parse_procedure_code(text)
        assert suffixed.matches(plain)
        assert str(suffixed) == "1.001193.H05"
    assert parse_procedure_code("3.000177").is_provincial
    assert not plain.is_provincial


def test_places():
    levels = [parse_place_code(text).level for text in ("24", "213", "07210")]
    assert levels == [PlaceLevel.PROVINCE, PlaceLevel.DISTRICT, PlaceLevel.COMMUNE]
    assert levels[2].label == "cấp xã"


@pytest.mark.parametrize(
    ("text", "type_code", "type_label", "agency", "unit", "year"),
    [
        ("303/QĐ-UBND", "QĐ", "quyết định", "UBND", "", None),
        ("78/2025/QĐ-UBND", "QĐ", "quyết định", "UBND", "", 2025),
        ("118/2025/NĐ-CP", "NĐ", "nghị định", "CP", "", 2025),
        ("4625/BNV-CCHC", "", "công văn", "BNV", "CCHC", None),
        ("1658/NQ-UBTVQH15", "NQ", "nghị quyết", "UBTVQH15", "", None),
        ("28/2026/QH16", "", "", "QH16", "", 2026),
        ("130/KH-BCĐTKNQ18", "KH", "kế hoạch", "BCĐTKNQ18", "", None),
        ("15/BC-UBND-NC", "BC", "báo cáo", "UBND", "NC", None),
        ("12/TTr-SNV", "TTr", "tờ trình", "SNV", "", None),
    ],
)
def test_document_symbols(text, type_code, type_label, agency, unit, year):
    symbol = parse_document_symbol(text)
    assert str(symbol) == text
    assert (symbol.type_code, symbol.type_label) == (type_code, type_label)
    assert (symbol.agency, symbol.drafting_unit, symbol.year) == (agency, unit, year)


def test_document_numbers_below_ten_take_a_zero():
    assert str(parse_document_symbol("Số: 4/NQ-CP")) == "04/NQ-CP"
    assert str(parse_document_symbol("10 / CT–TTg")) == "10/CT-TTg"


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [
        (parse_agency, "Z05.15", "kernel.codes.agency"),
        (parse_agency, "15.H05", "kernel.codes.agency"),
        (parse_agency, "H05.15." + "1" * 30, "kernel.codes.agency"),
        (parse_agency, "", "kernel.codes.agency"),
        (parse_dossier_code, "H05.15-250231-0001", "kernel.codes.dossier-date"),
        (parse_dossier_code, "H05.15-251001-001", "kernel.codes.dossier"),
        (parse_dossier_code, "15-251001-0001", "kernel.codes.agency"),
        (parse_procedure_code, "4.001193", "kernel.codes.procedure"),
        (parse_procedure_code, "1.01193", "kernel.codes.procedure"),
        (parse_place_code, "7210", "kernel.codes.place"),
        (parse_place_code, "٠٧٢١٠", "kernel.codes.place"),
        (parse_document_symbol, "01/7/2025", "kernel.codes.document"),
        (parse_document_symbol, "959/989", "kernel.codes.document"),
        (parse_document_symbol, "UBND", "kernel.codes.document"),
    ],
)
def test_refusals(read, text, code):
    with pytest.raises(CodeError) as caught:
        read(text)
    assert caught.value.code == code


def test_more_refusals():
    with pytest.raises(CodeError) as caught:
        parse_dossier_code("H05.15-251002-0001", today=date(2025, 10, 1))
    assert caught.value.code == "kernel.codes.dossier-date"
    with pytest.raises(CodeError) as caught:
        parse_agency("H05.152.02").old_form()
    assert caught.value.code == "kernel.codes.no-old-form"
    for serial in (0, 100_000):
        with pytest.raises(CodeError) as caught:
            new_dossier_code(parse_agency("H05"), date(2025, 1, 1), serial)
        assert caught.value.code == "kernel.codes.dossier-serial"


def test_codes_of_other_schemes():
    assert is_scheme_code("Z010101234567")
    assert not is_scheme_code("Z00123")
    assert not is_scheme_code("H05.15")


REFERENCE = Path(os.environ.get("MOTCUA_REFERENCE_DIR", Path(__file__).parents[5] / "shared"))


@pytest.mark.skipif(not (REFERENCE / "data").is_dir(), reason="reference data is not here")
def test_real_place_codes_and_resolutions_are_read():
    for name in ("communes-bac-ninh.csv", "communes-thai-nguyen.csv"):
        with (REFERENCE / "data" / name).open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert all(parse_place_code(row["code"]).level is PlaceLevel.COMMUNE for row in rows)
        symbols = {s for row in rows for s in re.split(r"\s*[;,]\s*", row["resolution"]) if s}
        assert {parse_document_symbol(s).type_label for s in symbols} == {"nghị quyết"}
