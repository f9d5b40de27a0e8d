import datetime as dt

from motcua.engine.documents.words import day_text, long_day_text, moment_text

UTC = dt.UTC


def test_days_and_months_are_written_as_decree_30_says():
    assert day_text(dt.date(2026, 3, 3)) == "03/3/2026"
    assert day_text(dt.date(2026, 2, 28)) == "28/02/2026"
    assert day_text(dt.date(2026, 12, 9)) == "09/12/2026"
    assert long_day_text(dt.date(2026, 1, 5)) == "ngày 05 tháng 01 năm 2026"
    assert day_text(None) == moment_text(None) == ""


def test_moments_are_those_of_viet_nam():
    assert moment_text(dt.datetime(2026, 3, 3, 1, 15, tzinfo=UTC)) == "08 giờ 15 phút, ngày 03/3/2026"
    assert day_text(dt.datetime(2026, 3, 2, 18, 0, tzinfo=UTC)) == "03/3/2026"
