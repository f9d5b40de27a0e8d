"""The same facts told by another hand: sentences of other shapes, so that rules are not measured on one voice only."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from motcua.kernel.numbers import format_number
from motcua.reports.audit.generate.draft import Line
from motcua.reports.audit.generate.form_values import percent
from motcua.reports.audit.generate.prose import (
    CLAIM,
    DATE,
    FROM_TO,
    LEFT,
    PERCENT,
    PROSE_FORM,
    PROSE_PROSE,
    SUM,
    Writer,
    n,
    p,
)


def write_other(w: Writer) -> Iterator[Line]:
    """The numbered sentences of the report in the other voice, by section; headings included."""
    yield Line("h1", "I. VỀ CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH", "heading")
    yield from _steering(w)
    yield Line("h2", "II. KẾT QUẢ CỤ THỂ TRÊN CÁC LĨNH VỰC", "heading")
    yield Line("h2.1", "1. Về cải cách thể chế", "heading")
    yield from _institutions(w)
    yield Line("h2.2", "2. Về cải cách thủ tục hành chính", "heading")
    yield from _procedures(w)
    yield Line("h2.3", "3. Về tổ chức bộ máy và biên chế", "heading")
    yield from _apparatus(w)
    yield Line("h2.4", "4. Về tài chính công và chuyển đổi số", "heading")
    yield from _money_and_digital(w)


def _steering(w: Writer) -> Iterator[Line]:
    tasks, done = w.v("1!2.1"), w.v("1!2.2")
    rate = percent(done, tasks)
    text = "Trong tổng số {} nhiệm vụ của Kế hoạch CCHC năm {}, đã có {} nhiệm vụ hoàn thành, chiếm {}."
    year = w.province.year
    yield Line(
        "plan",
        text.format(tasks, year, done, p(rate)),
        wrong={PERCENT: text.format(tasks, year, done, p(w.other_percent(rate)))},
    )
    given, late, overdue = w.v("1!5.1"), w.v("1!5.3"), w.v("1!5.4")
    finished = w.v("1!5.2") + late
    text = (
        "Tổng số nhiệm vụ Chính phủ, Thủ tướng Chính phủ giao là {} nhiệm vụ, gồm: {} nhiệm vụ hoàn thành; "
        "{} nhiệm vụ chưa hoàn thành còn trong hạn; {} nhiệm vụ quá hạn."
    )
    left = given - finished - overdue
    yield Line(
        "government",
        text.format(given, finished, left, overdue),
        wrong={SUM: text.format(given, finished, left + w.chance.randint(3, 8), overdue)},
    )


def _institutions(w: Writer) -> Iterator[Line]:
    total, upper, lower = w.v("2!1"), w.v("2!1.1"), w.v("2!1.2")
    text = (
        "HĐND, UBND các cấp đã ban hành tổng cộng {} văn bản QPPL (cấp tỉnh: {} văn bản, cấp xã: {} văn bản)."
    )
    more = w.chance.randint(6, 18)
    yield Line(
        "acts",
        text.format(total, upper, lower),
        wrong={
            SUM: text.format(total + more, upper, lower),
            PROSE_FORM: text.format(total + more, upper + more, lower),
        },
    )


def _procedures(w: Writer) -> Iterator[Line]:
    done = w.v("3!3.1.1") + w.v("3!3.3.1")
    on_time = w.v("3!3.1.2") + w.v("3!3.3.2")
    rate, late = percent(on_time, done), done - on_time
    text = (
        "Tổng số hồ sơ tiếp nhận trong kỳ: {} hồ sơ. Kết quả giải quyết: {} hồ sơ, trong đó: trả trước hạn và "
        "đúng hạn {} hồ sơ (đạt tỷ lệ {}); quá hạn {} hồ sơ (chiếm {})."
    )
    late_rate = percent(late, done)
    yield Line(
        "dossiers",
        text.format(n(w.received), n(done), n(on_time), p(rate), n(late), p(late_rate)),
        wrong={
            PERCENT: text.format(
                n(w.received), n(done), n(on_time), p(w.other_percent(rate)), n(late), p(late_rate)
            ),
            SUM: text.format(n(w.received), n(done), n(on_time), p(rate), n(w.off(late)), p(late_rate)),
        },
    )
    yield _level(w, "dossiers.upper", "Tại các sở, ngành", "3!3.1")
    yield _level(w, "dossiers.lower", "Tại UBND cấp xã", "3!3.3")
    yield _petitions(w)
    total, beyond = w.v("3!1.4"), w.v("3!2.3")
    share = percent(beyond, total)
    text = "Đến nay, {}/{} thủ tục hành chính được nộp và nhận ở mọi xã, không phụ thuộc địa giới hành chính, đạt {}."
    yield Line(
        "beyond",
        text.format(n(beyond), n(total), p(share)),
        wrong={
            PERCENT: text.format(n(beyond), n(total), p(w.other_percent(share))),
            CLAIM: text.format(n(total), n(total), "100%"),
        },
    )


def _level(w: Writer, id: str, where: str, key: str) -> Line:
    done, on_time = w.v(key + ".1"), w.v(key + ".2")
    rate = percent(on_time, done)
    text = (
        where
        + ": số hồ sơ đã giải quyết là {} hồ sơ, số hồ sơ giải quyết đúng hạn là {} hồ sơ, tỷ lệ đúng hạn đạt {}."
    )
    other = on_time - w.chance.randint(110, 940)
    return Line(
        id,
        text.format(n(done), n(on_time), p(rate)),
        wrong={
            PERCENT: text.format(n(done), n(on_time), p(w.other_percent(rate))),
            PROSE_FORM: text.format(n(done), n(other), p(percent(other, done))),
        },
    )


def _petitions(w: Writer) -> Line:
    asked, answered = w.v("3!3.4.1"), w.v("3!3.4.2")
    rate = percent(answered, asked)
    text = (
        "Toàn tỉnh tiếp nhận {} phản ánh, kiến nghị về quy định TTHC, trong đó đã giải quyết xong {} phản ánh, "
        "kiến nghị (đạt {}), còn {} phản ánh, kiến nghị đang xử lý."
    )
    left = asked - answered
    return Line(
        "petitions",
        text.format(n(asked), n(answered), p(rate), left),
        wrong={
            PERCENT: text.format(n(asked), n(answered), p(w.other_percent(rate)), left),
            LEFT: text.format(n(asked), n(answered), p(rate), left + w.chance.randint(4, 30)),
            CLAIM: f"Toàn tỉnh tiếp nhận {n(asked)} phản ánh, kiến nghị về quy định TTHC; "
            "100% phản ánh, kiến nghị đã được giải quyết xong.",
        },
    )


def _apparatus(w: Writer) -> Iterator[Line]:
    now, then = w.province.communes, w.province.former_communes
    text = "Số đơn vị hành chính cấp xã giảm từ {} đơn vị xuống còn {} đơn vị (giảm {} đơn vị)."
    yield Line(
        "communes",
        text.format(then, now, then - now),
        wrong={FROM_TO: text.format(then, now, then - now + w.chance.randint(2, 7))},
    )
    parts = [w.v(f"4!1.5.{i}") for i in (1, 2, 3)]
    text = (
        "Đến nay, tỉnh quản lý {} đơn vị sự nghiệp công lập: {} đơn vị trực thuộc UBND tỉnh; {} đơn vị trực thuộc "
        "các sở, ngành; {} đơn vị trực thuộc UBND cấp xã."
    )
    units, more = w.v("4!1.5"), w.chance.randint(21, 60)
    yield Line(
        "units",
        text.format(n(units), *map(n, parts)),
        wrong={
            SUM: text.format(n(w.off(units)), *map(n, parts)),
            PROSE_FORM: text.format(n(units + more), n(parts[0]), n(parts[1]), n(parts[2] + more)),
        },
    )
    boards, left = w.chance.randint(24, 60), w.chance.randint(9, 20)
    text = "Đã kiện toàn {} ban chỉ đạo thành {} ban chỉ đạo, giảm {} ban chỉ đạo."
    yield Line(
        "boards",
        text.format(boards, left, boards - left),
        wrong={FROM_TO: text.format(boards, left, boards - left + w.chance.randint(1, 4))},
    )
    day = w.pick("30/9", "31/10", "30/11")
    text = "Số liệu tổng hợp từ 01/01/{year} đến {}/{year}: toàn tỉnh có mặt {} biên chế công chức."
    present = n(w.v("4!2.2"))
    yield Line(
        "present",
        text.format(day, present, year=w.province.year),
        wrong={
            DATE: text.format(w.pick("31/9", "31/11", "31/6"), present, year=w.province.year),
            PROSE_FORM: text.format(day, n(w.off(w.v("4!2.2"))), year=w.province.year),
        },
    )


def _money_and_digital(w: Writer) -> Iterator[Line]:
    plan, spent = w.v("6!1.1"), w.v("6!1.2")
    rate = percent(spent, plan)
    text = "Vốn đầu tư công giải ngân đạt {}/{} tỷ đồng, bằng {} kế hoạch được giao."
    shown = [format_number(Decimal(value) / 1000, 3) for value in (spent, plan)]
    yield Line(
        "invest",
        text.format(*shown, p(rate)),
        wrong={PERCENT: text.format(*shown, p(w.other_percent(rate)))},
    )
    units = w.v("6!2.1")
    text = "Thực hiện tự chủ tài chính: trong {} đơn vị sự nghiệp công lập có {} đơn vị do Nhà nước bảo đảm chi thường xuyên."
    yield Line(
        "autonomy",
        text.format(n(units), n(w.v("6!2.5"))),
        wrong={PROSE_PROSE: text.format(n(units + w.chance.randint(31, 70)), n(w.v("6!2.5")))},
    )
    eligible, full = w.v("7!6.1.1"), w.v("7!6.1.2")
    share = percent(full, eligible)
    text = "Tỷ lệ dịch vụ công trực tuyến toàn trình đạt {} ({}/{} dịch vụ công đủ điều kiện)."
    yield Line(
        "online",
        text.format(p(share), n(full), n(eligible)),
        wrong={PERCENT: text.format(p(w.other_percent(share)), n(full), n(eligible))},
    )
    groups, people = w.chance.randint(2100, 6900), w.chance.randint(21_000, 58_000)
    text = "Số chứng thư số đang hoạt động là {}, trong đó tổ chức {} chứng thư số, cá nhân {} chứng thư số."
    yield Line(
        "certificates",
        text.format(n(groups + people), n(groups), n(people)),
        wrong={SUM: text.format(n(groups + people + w.chance.choice((1000, 10_000))), n(groups), n(people))},
    )
