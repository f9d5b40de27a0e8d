"""Sentences without a defect that fill a report to its length: general words, and results by commune."""

from __future__ import annotations

import random
from collections.abc import Iterator

from motcua.kernel.numbers import format_number
from motcua.reports.audit.generate.draft import Line
from motcua.reports.audit.generate.figures_text import number_text
from motcua.reports.audit.generate.form_values import percent
from motcua.reports.audit.generate.province import Province

_WHO = (
    "UBND tỉnh",
    "Sở Nội vụ",
    "Văn phòng UBND tỉnh",
    "các sở, ban, ngành",
    "UBND cấp xã",
    "Sở Tư pháp",
    "Sở Khoa học và Công nghệ",
    "Sở Tài chính",
)
_DID = (
    "lập kế hoạch từ sớm và phân công rõ việc cho từng đơn vị",
    "hằng tháng rà lại việc giữ kỷ luật, giờ giấc ở nơi tiếp dân",
    "phối hợp chặt chẽ trong rà soát, chuẩn hóa quy trình nội bộ giải quyết thủ tục hành chính",
    "tăng cường ứng dụng công nghệ thông tin trong tiếp nhận, xử lý hồ sơ",
    "quan tâm bồi dưỡng kỹ năng số cho đội ngũ cán bộ, công chức",
    "đẩy mạnh tuyên truyền về lợi ích của dịch vụ công trực tuyến",
    "kịp thời tháo gỡ khó khăn, vướng mắc phát sinh tại cơ sở",
    "công khai đầy đủ danh mục thủ tục hành chính tại nơi tiếp nhận",
)
_SO_THAT = (
    "qua đó tạo thuận lợi cho người dân và doanh nghiệp",
    "nhờ đó việc phục vụ chu đáo hơn",
    "giữ cho công việc trôi chảy",
    "đáp ứng công việc trước mắt",
    "tạo chuyển biến rõ nét về ý thức trách nhiệm của người đứng đầu",
)
_TASKS = (
    "Tiếp tục đẩy mạnh cắt giảm, đơn giản hóa thủ tục hành chính; công khai đầy đủ quy trình giải quyết.",
    "Hoàn thiện dịch vụ công trực tuyến, phấn đấu tỷ lệ hồ sơ nộp trên mạng đạt tối thiểu 90%.",
    "Hoàn thiện vị trí việc làm ở từng cơ quan.",
    "Kiểm tra công vụ đột xuất; xử lý nghiêm việc gây khó cho người nộp hồ sơ.",
    "Đẩy nhanh tiến độ giải ngân vốn đầu tư công ngay từ đầu năm.",
    "Tổ chức đối thoại định kỳ giữa lãnh đạo các cấp với người dân, doanh nghiệp.",
)
_FIRST = ("Tân", "Phú", "Xuân", "Đông", "Kim", "Hòa", "Minh", "Yên", "Thanh", "Bình", "An", "Vân")
_SECOND = ("Lập", "Thịnh", "Sơn", "Khê", "Lãng", "Trạch", "Hưng", "Đạo", "Phong", "Cầu", "Lộc", "Ngạn")


def general(chance: random.Random, id: str, sentences: int = 4) -> Line:
    """A paragraph of general words, no figure in it."""
    parts = [_sentence(chance) for _ in range(sentences)]
    return Line(id, " ".join(parts))


def _sentence(chance: random.Random) -> str:
    who = chance.choice(_WHO)
    text = f"{who[0].upper()}{who[1:]} {chance.choice(_DID)}, {chance.choice(_SO_THAT)}."
    if chance.random() < 0.3:
        number, day = chance.randint(2, 98), f"{chance.randint(1, 28):02d}/{chance.randint(1, 11)}"
        text = text[:-1] + f" theo Kế hoạch số {number}/KH-UBND ngày {day}/2025."
    return text


def closing(chance: random.Random, province: Province) -> Iterator[Line]:
    """The last sections: assessment, tasks of the year to come, and to whom the report goes."""
    yield Line("h3", "III. ĐÁNH GIÁ CHUNG", "heading")
    yield general(chance, "closing.1")
    yield general(chance, "closing.2", 2)
    yield Line("h4", f"IV. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM {province.year + 1}", "heading")
    for index, task in enumerate(chance.sample(_TASKS, 4), start=1):
        yield Line(f"task.{index}", f"{index}. {task}")
    yield Line(
        "end",
        f"Trên đây là báo cáo kết quả công tác cải cách hành chính năm {province.year} của tỉnh {province.name}./.",
    )
    yield Line("to", "Nơi nhận: Như trên; các sở, ngành; UBND các xã, phường; Lưu: VT, NC.")


def by_commune(chance: random.Random, province: Province) -> Iterator[Line]:
    """One list item a commune with its own dossiers, right in itself."""
    names = [f"{first} {second}" for first in _FIRST for second in _SECOND]
    chance.shuffle(names)
    for index, name in enumerate(names[: province.communes]):
        done = chance.randint(2100, 12_400)
        on_time = done - chance.randint(3, done // 40)
        yield Line(
            f"commune.{index}",
            f"- {chance.choice(('Xã', 'Phường'))} {name}: đã giải quyết {format_number(done)} hồ sơ, trong đó đúng hạn "
            f"{format_number(on_time)} hồ sơ, đạt {number_text(percent(on_time, done))}%.",
        )
