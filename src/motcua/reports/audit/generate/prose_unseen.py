"""A fourth hand that rules are never tuned on: what is found here is what a stranger's report can expect.

Whoever changes a prose rule leaves these sentences alone, or the measure means nothing.
"""

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
    PERCENT,
    PROSE_FORM,
    PROSE_PROSE,
    SUM,
    Writer,
    n,
    p,
)


def write_unseen(w: Writer) -> Iterator[Line]:
    """The numbered sentences of the report in the fourth voice; headings included."""
    yield Line("h1", "A. KẾT QUẢ ĐẠT ĐƯỢC", "heading")
    yield _plan(w)
    yield _acts(w)
    yield Line("h2", "Về thủ tục hành chính", "heading")
    yield from _dossiers(w)
    yield _petitions(w)
    yield Line("h3", "Về bộ máy, biên chế, tài chính", "heading")
    yield from _apparatus(w)
    yield Line("h4", "Về chính quyền số", "heading")
    yield from _digital(w)


def _plan(w: Writer) -> Line:
    tasks, done = w.v("1!2.1"), w.v("1!2.2")
    rate = percent(done, tasks)
    text = "Các cơ quan, đơn vị đã triển khai xong {}/{} nhiệm vụ tại Kế hoạch CCHC của tỉnh, tỷ lệ hoàn thành {}."
    return Line(
        "plan",
        text.format(done, tasks, p(rate)),
        wrong={PERCENT: text.format(done, tasks, p(w.other_percent(rate)))},
    )


def _acts(w: Writer) -> Line:
    total, upper, lower = w.v("2!1"), w.v("2!1.1"), w.v("2!1.2")
    text = (
        "Về xây dựng văn bản: toàn tỉnh ban hành {} văn bản QPPL ({} văn bản cấp tỉnh và {} văn bản cấp xã)."
    )
    more = w.chance.randint(6, 18)
    return Line(
        "acts",
        text.format(total, upper, lower),
        wrong={
            SUM: text.format(total + more, upper, lower),
            PROSE_FORM: text.format(total + more, upper, lower + more),
        },
    )


def _dossiers(w: Writer) -> Iterator[Line]:
    done = w.v("3!3.1.1") + w.v("3!3.3.1")
    on_time = w.v("3!3.1.2") + w.v("3!3.3.2")
    rate = percent(on_time, done)
    text = (
        "Trong số {} hồ sơ đã giải quyết toàn tỉnh có {} hồ sơ được giải quyết trước và đúng hạn (tỷ lệ {}), "
        "{} hồ sơ giải quyết quá hạn."
    )
    late = done - on_time
    yield Line(
        "dossiers",
        text.format(n(done), n(on_time), p(rate), n(late)),
        wrong={
            PERCENT: text.format(n(done), n(on_time), p(w.other_percent(rate)), n(late)),
            SUM: text.format(n(done), n(on_time), p(rate), n(w.off(late))),
        },
    )
    upper, timely = w.v("3!3.1.1"), w.v("3!3.1.2")
    share = percent(timely, upper)
    text = "Khối sở, ngành đã trả kết quả {} hồ sơ, đúng hạn {} hồ sơ, đạt {}."
    yield Line(
        "upper",
        text.format(n(upper), n(timely), p(share)),
        wrong={PERCENT: text.format(n(upper), n(timely), p(w.other_percent(share)))},
    )
    total, beyond = w.v("3!1.4"), w.v("3!2.3")
    share = percent(beyond, total)
    text = (
        "Số thủ tục hành chính thực hiện không phụ thuộc địa giới hành chính là {} trên {} thủ tục, đạt {}."
    )
    yield Line(
        "beyond",
        text.format(n(beyond), n(total), p(share)),
        wrong={PERCENT: text.format(n(beyond), n(total), p(w.other_percent(share)))},
    )


def _petitions(w: Writer) -> Line:
    asked, answered = w.v("3!3.4.1"), w.v("3!3.4.2")
    rate = percent(answered, asked)
    text = (
        "Có {} phản ánh, kiến nghị về quy định TTHC được tiếp nhận; đã xử lý {} phản ánh, kiến nghị, đạt {}."
    )
    return Line(
        "petitions",
        text.format(n(asked), n(answered), p(rate)),
        wrong={
            PERCENT: text.format(n(asked), n(answered), p(w.other_percent(rate))),
            CLAIM: f"Có {n(asked)} phản ánh, kiến nghị về quy định TTHC được tiếp nhận; tất cả phản ánh, kiến nghị "
            "đã được xử lý xong.",
        },
    )


def _apparatus(w: Writer) -> Iterator[Line]:
    now, then = w.province.communes, w.province.former_communes
    text = "Thực hiện sắp xếp, tỉnh giảm {} đơn vị hành chính cấp xã, từ {} đơn vị còn {} đơn vị."
    yield Line(
        "communes",
        text.format(then - now, then, now),
        wrong={FROM_TO: text.format(then - now + w.chance.randint(2, 7), then, now)},
    )
    parts = [w.v(f"4!1.5.{i}") for i in (1, 2, 3)]
    text = (
        "Số đơn vị sự nghiệp công lập toàn tỉnh là {}, bao gồm {} đơn vị thuộc UBND tỉnh, {} đơn vị thuộc sở, ngành, "
        "{} đơn vị thuộc UBND cấp xã."
    )
    yield Line(
        "units",
        text.format(n(w.v("4!1.5")), *map(n, parts)),
        wrong={SUM: text.format(n(w.off(w.v("4!1.5"))), *map(n, parts))},
    )
    year, day = w.province.year, w.pick("30/9", "31/10", "30/11")
    text = "Tại thời điểm {}/{}, toàn tỉnh có {} viên chức và người lao động hưởng lương từ ngân sách có mặt."
    present = w.v("4!3.2")
    yield Line(
        "present",
        text.format(day, year, n(present)),
        wrong={DATE: text.format(w.pick("31/9", "31/11", "30/2"), year, n(present))},
    )
    plan, spent = w.v("6!1.1"), w.v("6!1.2")
    rate = percent(spent, plan)
    text = "Kế hoạch vốn đầu tư công là {} tỷ đồng, lũy kế giải ngân {} tỷ đồng, bằng {} kế hoạch."
    shown = [format_number(Decimal(value) / 1000, 3) for value in (plan, spent)]
    yield Line(
        "invest",
        text.format(*shown, p(rate)),
        wrong={PERCENT: text.format(*shown, p(w.other_percent(rate)))},
    )
    text = "Hiện {} đơn vị sự nghiệp công lập của tỉnh đã được giao quyền tự chủ tài chính."
    yield Line(
        "autonomy",
        text.format(n(w.v("6!2.1"))),
        wrong={PROSE_PROSE: text.format(n(w.v("6!2.1") + w.chance.randint(31, 70)))},
    )


def _digital(w: Writer) -> Iterator[Line]:
    eligible, full = w.v("7!6.1.1"), w.v("7!6.1.2")
    rate = percent(full, eligible)
    text = "{} dịch vụ công đủ điều kiện (tương ứng {}/{} dịch vụ) đã cung cấp trực tuyến toàn trình."
    yield Line(
        "online",
        text.format(p(rate), n(full), n(eligible)),
        wrong={PERCENT: text.format(p(w.other_percent(rate)), n(full), n(eligible))},
    )
    parts = [w.chance.randint(300, 4900) for _ in range(3)]
    text = (
        "Trong năm đã thu hồi, cấp mới, gia hạn {} chứng thư số, cụ thể: thu hồi {}, cấp mới {}, gia hạn {}."
    )
    yield Line(
        "certificates",
        text.format(n(sum(parts)), *map(n, parts)),
        wrong={SUM: text.format(n(w.off(sum(parts))), *map(n, parts))},
    )
