"""The words of a made-up report: sentences that agree with its forms, each with the errors it can carry."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

from motcua.kernel.numbers import format_number
from motcua.reports.audit.generate.draft import Line
from motcua.reports.audit.generate.figures_text import number_text
from motcua.reports.audit.generate.form_values import Values, percent
from motcua.reports.audit.generate.province import Province

PERCENT = "percent_in_sentence"
SUM = "sum_in_sentence"
LEFT = "rest_in_sentence"
FROM_TO = "from_to_difference"
DATE = "impossible_date"
PROSE_FORM = "prose_against_form"
PROSE_PROSE = "prose_against_prose"
CLAIM = "claim_against_data"


class Writer:
    """Writes sentences for one province from its values; all choices come from one source of chance."""

    def __init__(self, chance: random.Random, province: Province, values: Values, received: Decimal) -> None:
        self.chance = chance
        self.province = province
        self.values = values
        self.received = received

    def v(self, key: str) -> int:
        return int(self.values[key])

    def pick(self, *texts: str) -> str:
        return self.chance.choice(texts)

    def off(self, number: int | Decimal) -> int:
        """The number with its last but one digit changed, or moved a little when small."""
        whole = int(number)
        return (
            whole + self.chance.choice((-20, -30, 20, 30, 40))
            if whole > 150
            else whole + self.chance.randint(2, 5)
        )

    def other_percent(self, value: Decimal) -> Decimal:
        """A percentage clearly apart from the given one, still below 100."""
        step = Decimal(self.chance.randint(60, 400)) / 100
        return value - step if value > 50 else value + step


def n(value: int | Decimal) -> str:
    return format_number(Decimal(value))


def p(value: Decimal) -> str:
    return number_text(value) + "%"


def write(writer: Writer) -> Iterator[Line]:
    """The numbered sentences of the report, by section; headings included."""
    yield Line("h1", "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CCHC", "heading")
    yield from _steering(writer)
    yield Line("h2", "II. KẾT QUẢ THỰC HIỆN CÔNG TÁC CCHC", "heading")
    yield Line("h2.1", "1. Cải cách thể chế", "heading")
    yield from _institutions(writer)
    yield Line("h2.2", "2. Cải cách thủ tục hành chính", "heading")
    yield from _procedures(writer)
    yield Line("h2.3", "3. Cải cách tổ chức bộ máy", "heading")
    yield from _apparatus(writer)
    yield Line("h2.4", "4. Cải cách chế độ công vụ", "heading")
    yield from _service(writer)
    yield Line("h2.5", "5. Cải cách tài chính công", "heading")
    yield from _finance(writer)
    yield Line("h2.6", "6. Xây dựng chính quyền điện tử, chính quyền số", "heading")
    yield from _digital(writer)


def _steering(w: Writer) -> Iterator[Line]:
    tasks, done = w.v("1!2.1"), w.v("1!2.2")
    rate = percent(done, tasks)
    lead = w.pick(
        "Đến hết kỳ báo cáo, toàn tỉnh đã hoàn thành",
        "Thực hiện Kế hoạch CCHC của tỉnh, các cơ quan, địa phương đã hoàn thành",
    )
    text = f"{lead} {{}}/{{}} nhiệm vụ (đạt {{}}) của Kế hoạch CCHC năm {w.province.year}."
    yield Line(
        "plan",
        text.format(done, tasks, p(rate)),
        wrong={PERCENT: text.format(done, tasks, p(w.other_percent(rate)))},
    )
    yield _government_tasks(w)
    text = (
        "Trong năm, Đoàn kiểm tra CCHC của tỉnh đã kiểm tra tại {} sở, ngành và {} UBND cấp xã; "
        "phát hiện {} vấn đề, đã xử lý xong {} vấn đề."
    )
    yield Line("inspect", text.format(n(w.v("1!3.1")), n(w.v("1!3.2")), n(w.v("1!3.3.1")), n(w.v("1!3.3.2"))))


def _government_tasks(w: Writer) -> Line:
    given, late, overdue = w.v("1!5.1"), w.v("1!5.3"), w.v("1!5.4")
    done = w.v("1!5.2") + late
    open_tasks = given - done - overdue
    text = (
        "Chính phủ, Thủ tướng Chính phủ giao tỉnh {} nhiệm vụ, gồm {} nhiệm vụ hoàn thành, "
        "{} nhiệm vụ còn trong hạn và {} nhiệm vụ quá hạn chưa hoàn thành."
    )
    return Line(
        "government",
        text.format(given, done, open_tasks, overdue),
        wrong={SUM: text.format(given, done, open_tasks + w.chance.randint(3, 7), overdue)},
    )


def _institutions(w: Writer) -> Iterator[Line]:
    total, upper, lower = w.v("2!1"), w.v("2!1.1"), w.v("2!1.2")
    text = (
        f"Trong năm {w.province.year}, cả tỉnh ban hành {{}} văn bản QPPL, gồm {{}} văn bản do cấp tỉnh ban hành "
        "và {} văn bản do cấp xã ban hành."
    )
    extra = w.chance.randint(6, 15)
    yield Line(
        "acts",
        text.format(total, upper, lower),
        wrong={
            SUM: text.format(total + extra, upper, lower),
            PROSE_FORM: text.format(total + extra, upper + extra, lower),
        },
    )
    checked = w.v("2!2.1")
    yield Line(
        "acts.checked",
        w.pick(
            f"Các cơ quan của tỉnh đã kiểm tra theo thẩm quyền {checked} văn bản QPPL.",
            f"Số văn bản QPPL đã kiểm tra theo thẩm quyền của cấp tỉnh là {checked} văn bản.",
        ),
    )


def _procedures(w: Writer) -> Iterator[Line]:
    yield from _catalogue(w)
    yield from _dossiers(w)
    yield from _petitions(w)


def _catalogue(w: Writer) -> Iterator[Line]:
    total, beyond = w.v("3!1.4"), w.v("3!2.3")
    text = "Toàn tỉnh có {} TTHC thuộc thẩm quyền giải quyết tại địa phương, gồm {} TTHC cấp tỉnh và {} TTHC cấp xã."
    upper, lower = w.v("3!1.4.1"), w.v("3!1.4.2")
    yield Line(
        "catalogue",
        text.format(n(total), n(upper), n(lower)),
        wrong={SUM: text.format(n(w.off(total)), n(upper), n(lower))},
    )
    rate = percent(beyond, total)
    text = "Số TTHC nộp được không phụ thuộc địa giới hành chính là {}/{} TTHC (đạt {})."
    yield Line(
        "beyond",
        text.format(n(beyond), n(total), p(rate)),
        wrong={
            PERCENT: text.format(n(beyond), n(total), p(w.other_percent(rate))),
            CLAIM: text.format(n(total), n(total), "100%"),
        },
    )


def _dossiers(w: Writer) -> Iterator[Line]:
    done = w.v("3!3.1.1") + w.v("3!3.3.1")
    on_time = w.v("3!3.1.2") + w.v("3!3.3.2")
    rate = percent(on_time, done)
    text = (
        "Tổng số hồ sơ toàn tỉnh tiếp nhận là {} hồ sơ. Số đã trả kết quả là {} hồ sơ, gồm {} hồ sơ đúng hạn (đạt {}) "
        "và {} hồ sơ quá hạn."
    )
    yield Line(
        "dossiers",
        text.format(n(w.received), n(done), n(on_time), p(rate), n(done - on_time)),
        wrong={
            PERCENT: text.format(
                n(w.received), n(done), n(on_time), p(w.other_percent(rate)), n(done - on_time)
            ),
            SUM: text.format(n(w.received), n(done), n(on_time), p(rate), n(w.off(done - on_time))),
        },
    )
    share = int(w.received) * 4 // 25
    yield _level(w, "dossiers.upper", "cấp tỉnh", max(share, w.v("3!3.1.1") + 90), "3!3.1")
    rest = int(w.received) - max(share, w.v("3!3.1.1") + 90)
    yield _level(w, "dossiers.lower", "cấp xã", rest, "3!3.3")


def _level(w: Writer, id: str, name: str, received: int, key: str) -> Line:
    done, on_time = w.v(key + ".1"), w.v(key + ".2")
    rate = percent(on_time, done)
    text = (
        f"- Riêng {name} nhận {{}} hồ sơ, đã trả kết quả {{}} hồ sơ, trong đó đúng hạn {{}} hồ sơ, đạt {{}}."
    )
    other = on_time - w.chance.randint(110, 940)
    return Line(
        id,
        text.format(n(received), n(done), n(on_time), p(rate)),
        wrong={
            PERCENT: text.format(n(received), n(done), n(on_time), p(w.other_percent(rate))),
            PROSE_FORM: text.format(n(received), n(done), n(other), p(percent(other, done))),
        },
    )


def _petitions(w: Writer) -> Iterator[Line]:
    asked, answered = w.v("3!3.4.1"), w.v("3!3.4.2")
    rate = percent(answered, asked)
    text = f"Năm {w.province.year}, tỉnh đã tiếp nhận {{}} PAKN về quy định TTHC; đã giải quyết xong {{}}/{{}} PAKN (đạt {{}})."
    claim = (
        f"Năm {w.province.year}, tỉnh đã tiếp nhận {n(asked)} PAKN về quy định TTHC; "
        "các PAKN ấy đều đã được giải quyết dứt điểm."
    )
    yield Line(
        "petitions",
        text.format(n(asked), n(answered), n(asked), p(rate)),
        wrong={
            PERCENT: text.format(n(asked), n(answered), n(asked), p(w.other_percent(rate))),
            CLAIM: claim,
        },
    )


def _apparatus(w: Writer) -> Iterator[Line]:
    yield from _mergers(w)
    units = w.v("4!1.5")
    text = (
        "Toàn tỉnh hiện có {} đơn vị sự nghiệp công lập, gồm {} đơn vị thuộc UBND tỉnh, {} đơn vị thuộc sở, ngành "
        "và {} đơn vị thuộc UBND cấp xã."
    )
    parts = [w.v(f"4!1.5.{i}") for i in (1, 2, 3)]
    more = w.chance.randint(21, 60)
    yield Line(
        "units",
        text.format(n(units), *map(n, parts)),
        wrong={
            SUM: text.format(n(w.off(units)), *map(n, parts)),
            PROSE_FORM: text.format(n(units + more), n(parts[0]), n(parts[1]), n(parts[2] + more)),
        },
    )
    quota, staff = w.v("4!2.1"), w.v("4!3.1")
    text = f"Năm {w.province.year}, toàn tỉnh được giao {{}} biên chế công chức và {{}} người làm việc hưởng lương từ NSNN."
    yield Line(
        "quota",
        text.format(n(quota), n(staff)),
        wrong={PROSE_FORM: text.format(n(w.off(quota)), n(staff))},
    )


def _mergers(w: Writer) -> Iterator[Line]:
    now, then = w.province.communes, w.province.former_communes
    text = "Tỉnh hợp nhất {} đơn vị cấp xã cũ thành {} đơn vị cấp xã mới, giảm {} đơn vị so với trước."
    yield Line(
        "communes",
        text.format(then, now, then - now),
        wrong={FROM_TO: text.format(then, now, then - now + w.chance.randint(2, 6))},
    )
    left, cut = w.chance.randint(86, 140), w.chance.randint(48, 99)
    rate = percent(cut, left + cut)
    text = "Sau sắp xếp, khối cơ quan chuyên môn cấp tỉnh còn {} phòng (giảm {} phòng, tương ứng {})."
    yield Line(
        "divisions",
        text.format(left, cut, p(rate)),
        wrong={PERCENT: text.format(left, cut, p(w.other_percent(rate)))},
    )
    before, after = w.chance.randint(24, 60), w.chance.randint(9, 20)
    text = "Số ban chỉ đạo liên ngành giảm từ {} còn {}, giảm {} ban."
    yield Line(
        "boards",
        text.format(before, after, before - after),
        wrong={FROM_TO: text.format(before, after, before - after + w.chance.randint(1, 4))},
    )


def _service(w: Writer) -> Iterator[Line]:
    parts = [w.chance.randint(8, 31) for _ in range(4)]
    text = (
        "Kết quả, đã tổ chức {} lớp bồi dưỡng, gồm: {} lớp kiến thức quản lý nhà nước, {} lớp nghiệp vụ cho từng vị trí "
        "việc làm, {} lớp chuyển đổi số và {} lớp đạo đức công vụ."
    )
    yield Line(
        "classes",
        text.format(sum(parts), *parts),
        wrong={SUM: text.format(sum(parts) + w.chance.randint(2, 9), *parts)},
    )
    day = w.pick("30/9", "30/11", "31/10")
    text = "Tính đến ngày {}/{year}, toàn tỉnh đã tuyển dụng {count} viên chức qua thi tuyển, xét tuyển."
    yield Line(
        "hired",
        text.format(day, year=w.province.year, count=n(w.v("5!2.4"))),
        wrong={
            DATE: text.format(w.pick("31/9", "31/11", "30/02"), year=w.province.year, count=n(w.v("5!2.4"))),
            PROSE_FORM: text.format(day, year=w.province.year, count=n(w.off(w.v("5!2.4")))),
        },
    )


def _finance(w: Writer) -> Iterator[Line]:
    plan, spent = w.v("6!1.1"), w.v("6!1.2")
    rate = percent(spent, plan)
    text = (
        f"Tổng kế hoạch vốn đầu tư công năm {w.province.year} là {format_number(Decimal(plan) / 1000, 3)} tỷ đồng; đến nay đã giải ngân {format_number(Decimal(spent) / 1000, 3)} tỷ đồng, "
        "đạt {} kế hoạch."
    )
    yield Line("invest", text.format(p(rate)), wrong={PERCENT: text.format(p(w.other_percent(rate)))})
    units = w.v("6!2.1")
    groups = [w.v(f"6!2.{i}") for i in (2, 3, 4, 5)]
    text = (
        "Về cơ chế tự chủ, trong tổng số {} đơn vị sự nghiệp công lập có {} đơn vị tự bảo đảm chi thường xuyên và "
        "chi đầu tư, {} đơn vị tự bảo đảm chi thường xuyên, {} đơn vị tự bảo đảm một phần và {} đơn vị do Nhà nước "
        "bảo đảm chi thường xuyên."
    )
    more = w.chance.randint(31, 70)
    yield Line(
        "autonomy",
        text.format(n(units), *map(n, groups)),
        wrong={PROSE_PROSE: text.format(n(units + more), *map(n, groups[:3]), n(groups[3] + more))},
    )


def _digital(w: Writer) -> Iterator[Line]:
    eligible, full = w.v("7!6.1.1"), w.v("7!6.1.2")
    rate = percent(full, eligible)
    text = "Tỉnh đã cung cấp {}/{} dịch vụ công trực tuyến toàn trình đủ điều kiện (đạt {})."
    yield Line(
        "online",
        text.format(n(full), n(eligible), p(rate)),
        wrong={PERCENT: text.format(n(full), n(eligible), p(w.other_percent(rate)))},
    )
    yield _certificates(w)
    accounts = [w.chance.randint(900, 1900), w.chance.randint(1200, 2300), w.chance.randint(15_000, 33_000)]
    text = (
        "Đã mở {} tài khoản thư công vụ, trong đó: {} tài khoản của cơ quan Đảng, "
        "{} tài khoản của cơ quan nhà nước và {} tài khoản cá nhân."
    )
    yield Line(
        "accounts",
        text.format(n(sum(accounts)), *map(n, accounts)),
        wrong={SUM: text.format(n(w.off(sum(accounts))), *map(n, accounts))},
    )


def _certificates(w: Writer) -> Line:
    groups, people = w.chance.randint(2100, 6900), w.chance.randint(21_000, 58_000)
    total = groups + people
    text = "Toàn tỉnh có {} chứng thư số còn hiệu lực ({} chứng thư số cấp cho tổ chức, {} chứng thư số cấp cho cá nhân)."
    return Line(
        "certificates",
        text.format(n(total), n(groups), n(people)),
        wrong={SUM: text.format(n(total + w.chance.choice((1000, 10_000, 200))), n(groups), n(people))},
    )
