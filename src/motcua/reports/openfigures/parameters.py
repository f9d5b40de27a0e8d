"""Which figures are public, and from how many records on a share is told."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from motcua.reference.calendars.api import CODES, count, declare_parameter

_OWN = "Quy định của tỉnh; Luật Tiếp cận thông tin 104/2016/QH13, Điều 17"
FIGURES = declare_parameter(
    "open.figures",
    gettext_noop("Chỉ tiêu công bố trên trang số liệu mở"),
    "dossiers.received, dossiers.resolved, dossiers.on-time, dossiers.online, feedback.ratings.satisfied",
    CODES,
    _OWN,
)
LEAST = declare_parameter(
    "open.least_records",
    gettext_noop("Số liệu mở không công bố tỷ lệ của ít hơn bấy nhiêu bản ghi"),
    "5",
    count(0, 1000),
    _OWN,
)
