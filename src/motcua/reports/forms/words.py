"""Words that pages put to the codes of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from motcua.reports.forms.checks import Judgement

OWNERS = {
    "so-noi-vu": _("Sở Nội vụ"),
    "van-phong": _("Văn phòng UBND tỉnh"),
    "so-tu-phap": _("Sở Tư pháp"),
    "so-tai-chinh": _("Sở Tài chính"),
    "so-khoa-hoc-cong-nghe": _("Sở Khoa học và Công nghệ"),
}
LEVELS = {
    "province": _("cấp tỉnh"),
    "department": _("sở, ngành"),
    "commune": _("UBND cấp xã"),
}
CLIMBS = {
    "sum": _("cộng số của các đơn vị"),
    "ratio": _("tính lại từ tổng tử số và tổng mẫu số của các đơn vị"),
    "none": _("không tổng hợp từ đơn vị: số chung của cả tỉnh"),
}
PERIOD_RULES = {
    "flow": _("phát sinh trong kỳ"),
    "cumulative": _("lũy kế từ đầu năm đến cuối kỳ"),
    "stock": _("tại ngày cuối kỳ"),
}
SOURCES = {
    "computed": _("tính từ dòng khác"),
    "counted": _("đếm từ hồ sơ"),
    "declared": _("kê khai"),
    "imported": _("nhập từ tệp"),
    "adopted": _("lấy từ đơn vị chủ trì"),
}
TONES = {
    Judgement.HOLDS: "good",
    Judgement.ROUNDING: "wait",
    Judgement.EXPLAIN: "warn",
    Judgement.BROKEN: "bad",
    Judgement.NOT_CHECKABLE: "",
}
