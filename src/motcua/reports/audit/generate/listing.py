"""The page that lies beside an example and says what was planted in it."""

from __future__ import annotations

from collections.abc import Sequence

from motcua.reports.audit.generate.build import Wish
from motcua.reports.audit.generate.draft import Draft, Planted
from motcua.reports.audit.generate.printing import Printed

NAMES = {
    "percent_in_sentence": ("tỷ lệ trong câu sai", "percentage in a sentence"),
    "sum_in_sentence": ("tổng trong câu sai", "sum in a sentence"),
    "rest_in_sentence": ("số còn lại không khớp", "what is left in a sentence"),
    "from_to_difference": ("hiệu số từ – còn sai", "difference in a sentence"),
    "impossible_date": ("ngày không có thật", "impossible date"),
    "claim_against_data": ("khẳng định 100% trái số liệu", "100% claim against data"),
    "prose_against_form": ("phần lời khác biểu", "prose against form"),
    "prose_against_prose": ("phần lời khác phần lời", "prose against prose"),
    "form_ratio": ("tỷ lệ trong biểu sai", "ratio in a form"),
    "form_sum": ("tổng trong biểu sai", "total in a form"),
    "part_above_whole": ("bộ phận lớn hơn toàn thể", "part above whole"),
    "row_without_number": ("dòng không có số thứ tự", "row without number"),
    "skipped_row": ("bỏ hẳn một dòng", "row left out"),
    "transposed_digits": ("đảo hai chữ số", "transposed digits"),
    "wrong_digit": ("sai một chữ số", "wrong digit"),
    "empty_base_rate": ("tỷ lệ trên cơ sở bằng 0", "rate over an empty base"),
    "out_of_bounds": ("giá trị ngoài miền cho phép", "value out of bounds"),
    "form_against_form": ("hai biểu nói khác nhau", "form against form"),
    "previous_report": ("đột biến so với kỳ trước", "against the previous report"),
}


def listing(wish: Wish, draft: Draft, printed: Printed, between: Sequence[Planted]) -> str:
    """The README of an example, in Vietnamese and English."""
    name, year = draft.province.name, draft.province.year
    lines = [
        "# Báo cáo mẫu · Example report",
        "",
        f"Tỉnh {name} là tỉnh bịa đặt; mọi số liệu do máy sinh ra, không phải của địa phương nào. "
        "Các lỗi dưới đây được gài có chủ ý.",
        "",
        f"The province {name} is made up and so are all figures. The errors below were planted on purpose.",
        "",
        "| Tệp · File | |",
        "|---|---|",
        f"| `bao-cao.md`, `bao-cao.docx` | báo cáo năm {year}, hai định dạng · the report of {year}, twice |",
        f"| `bao-cao-ky-truoc.md` | báo cáo năm {year - 1} · the report of the year before |",
        "",
        "Soát · Audit: `motcua audit bao-cao.md --previous bao-cao-ky-truoc.md`",
        "",
        f"Sinh lại · Regenerate: `python -m motcua.reports.audit.generate --seed {wish.seed} "
        f"--errors {wish.errors} --pages {wish.pages} --out <thư mục>`",
        "",
        "| Dòng · Line | Lỗi · Error | Mức · Severity | Ở đâu · Where |",
        "|---|---|---|---|",
    ]
    lines += [_entry(planted, printed) for planted in (*draft.planted, *between)]
    return "\n".join(lines) + "\n"


def _entry(planted: Planted, printed: Printed) -> str:
    vietnamese, english = NAMES[planted.kind]
    where = next((printed.lines[id] for id in planted.ids if id in printed.lines), "")
    level = {"definite": "chắc chắn · definite", "likely": "có khả năng · likely"}[planted.level]
    remark = planted.remark if len(planted.remark) < 160 else planted.remark[:157] + "…”"
    return f"| {where} | {vietnamese} · {english} | {level} | {remark} |"
