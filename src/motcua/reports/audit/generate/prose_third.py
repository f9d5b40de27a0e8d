"""A third hand: shorter lines, figures on either side of their nouns, shares without a word for them."""

from __future__ import annotations

from collections.abc import Iterator

from motcua.reports.audit.generate.draft import Line
from motcua.reports.audit.generate.form_values import percent
from motcua.reports.audit.generate.prose import (
    CLAIM,
    DATE,
    FROM_TO,
    LEFT,
    PERCENT,
    PROSE_FORM,
    SUM,
    Writer,
    n,
    p,
)


def write_third(w: Writer) -> Iterator[Line]:
    """The numbered sentences of the report in the third voice; headings included."""
    yield Line("h1", "PHẦN THỨ NHẤT: KẾT QUẢ CẢI CÁCH HÀNH CHÍNH", "heading")
    yield _tasks(w)
    yield _acts(w)
    yield Line("h2", "Cải cách thủ tục hành chính", "heading")
    yield from _dossiers(w)
    yield _petitions(w)
    yield Line("h3", "Tổ chức bộ máy, biên chế", "heading")
    yield from _apparatus(w)
    yield Line("h4", "Chuyển đổi số", "heading")
    yield from _digital(w)


def _tasks(w: Writer) -> Line:
    tasks, done = w.v("1!2.1"), w.v("1!2.2")
    rate = percent(done, tasks)
    text = "- Kế hoạch CCHC năm {}: đề ra {} nhiệm vụ; kết quả hoàn thành {} nhiệm vụ, bằng {} kế hoạch."
    year = w.province.year
    return Line(
        "plan",
        text.format(year, tasks, done, p(rate)),
        wrong={PERCENT: text.format(year, tasks, done, p(w.other_percent(rate)))},
    )


def _acts(w: Writer) -> Line:
    total, upper, lower = w.v("2!1"), w.v("2!1.1"), w.v("2!1.2")
    text = "- Ban hành mới {} văn bản QPPL; trong số đó cấp tỉnh ban hành {} văn bản và cấp xã ban hành {} văn bản."
    more = w.chance.randint(6, 18)
    return Line(
        "acts",
        text.format(total, upper, lower),
        wrong={
            SUM: text.format(total + more, upper, lower),
            PROSE_FORM: text.format(total + more, upper + more, lower),
        },
    )


def _dossiers(w: Writer) -> Iterator[Line]:
    for id, where, key in (("upper", "các sở, ngành", "3!3.1"), ("lower", "UBND cấp xã", "3!3.3")):
        done, on_time = w.v(key + ".1"), w.v(key + ".2")
        rate = percent(on_time, done)
        text = "- Đối với " + where + ", trong kỳ giải quyết xong {} hồ sơ; có {}/{} hồ sơ đúng hạn ({})."
        yield Line(
            id,
            text.format(n(done), n(on_time), n(done), p(rate)),
            wrong={PERCENT: text.format(n(done), n(on_time), n(done), p(w.other_percent(rate)))},
        )
    done = w.v("3!3.1.1") + w.v("3!3.3.1")
    late = done - w.v("3!3.1.2") - w.v("3!3.3.2")
    text = "- Tính chung, số hồ sơ quá hạn là {} hồ sơ, chiếm tỷ lệ {} trên tổng số {} hồ sơ đã giải quyết."
    rate = percent(late, done)
    yield Line(
        "late",
        text.format(n(late), p(rate), n(done)),
        wrong={PERCENT: text.format(n(late), p(rate * 2), n(done))},
    )


def _petitions(w: Writer) -> Line:
    asked, answered = w.v("3!3.4.1"), w.v("3!3.4.2")
    text = "- Phản ánh, kiến nghị về quy định TTHC: tiếp nhận {} PAKN; giải quyết xong {} PAKN; đang giải quyết {} PAKN."
    left = asked - answered
    return Line(
        "petitions",
        text.format(n(asked), n(answered), n(left)),
        wrong={
            LEFT: text.format(n(asked), n(answered), n(left + w.chance.randint(5, 30))),
            CLAIM: f"- Trong kỳ, tiếp nhận {n(asked)} phản ánh, kiến nghị về quy định TTHC và đã giải quyết xong toàn bộ "
            "các phản ánh, kiến nghị.",
        },
    )


def _apparatus(w: Writer) -> Iterator[Line]:
    now, then = w.province.communes, w.province.former_communes
    text = "- Trước sắp xếp, toàn tỉnh có {} đơn vị hành chính cấp xã; sau sắp xếp còn {} đơn vị, giảm {} đơn vị."
    yield Line(
        "communes",
        text.format(then, now, then - now),
        wrong={FROM_TO: text.format(then, now, then - now + w.chance.randint(2, 7))},
    )
    before, after = w.chance.randint(60, 140), w.chance.randint(20, 55)
    cut = percent(before - after, before)
    text = "- Số đầu mối bên trong giảm {} đầu mối (từ {} xuống {}), tương đương {}."
    yield Line(
        "inner",
        text.format(before - after, before, after, p(cut)),
        wrong={
            FROM_TO: text.format(before - after + w.chance.randint(2, 6), before, after, p(cut)),
            PERCENT: text.format(before - after, before, after, p(w.other_percent(cut))),
        },
    )
    quota, present = w.v("4!2.1"), w.v("4!2.2")
    text = "- Tổng biên chế công chức được giao là {} người, số có mặt đến ngày {}/{} là {} người."
    day, year = w.pick("30/9", "31/10", "30/11"), w.province.year
    yield Line(
        "quota",
        text.format(n(quota), day, year, n(present)),
        wrong={
            DATE: text.format(n(quota), w.pick("31/9", "31/11", "31/4"), year, n(present)),
            PROSE_FORM: text.format(n(w.off(quota)), day, year, n(present)),
        },
    )


def _digital(w: Writer) -> Iterator[Line]:
    eligible, full = w.v("7!6.1.1"), w.v("7!6.1.2")
    rate = percent(full, eligible)
    text = "- Cung cấp {} dịch vụ công trực tuyến toàn trình trên tổng số {} dịch vụ công đủ điều kiện, tỷ lệ {}."
    yield Line(
        "online",
        text.format(n(full), n(eligible), p(rate)),
        wrong={PERCENT: text.format(n(full), n(eligible), p(w.other_percent(rate)))},
    )
    parts = [w.chance.randint(300, 900) for _ in range(3)]
    text = (
        "- Đã tập huấn kỹ năng số cho {} lượt người ({} lượt cán bộ, {} lượt công chức, {} lượt viên chức)."
    )
    yield Line(
        "training",
        text.format(n(sum(parts)), *map(n, parts)),
        wrong={SUM: text.format(n(w.off(sum(parts))), *map(n, parts))},
    )
