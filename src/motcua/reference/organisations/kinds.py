"""Kinds of unit: their words, and what each is competent for, with the law that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Kind:
    """`label` for one, `competence` in a sentence, `basis` the law; `level` is province, district or commune."""

    label: str
    level: str
    competence: str
    basis: str


_LOCAL = "Luật Tổ chức chính quyền địa phương số 72/2025/QH15"
_BODIES = "Nghị định 150/2025/NĐ-CP"
_ONE_STOP = "Nghị định 118/2025/NĐ-CP"

KINDS: Mapping[str, Kind] = {
    "province_committee": Kind(
        "Ủy ban nhân dân cấp tỉnh",
        "province",
        "Cơ quan hành chính nhà nước ở cấp tỉnh; chỉ đạo các sở và Ủy ban nhân dân cấp xã.",
        _LOCAL,
    ),
    "office": Kind(
        "Văn phòng Ủy ban nhân dân cấp tỉnh",
        "province",
        "Tham mưu, tổng hợp cho Ủy ban nhân dân cấp tỉnh; quản lý Trung tâm Phục vụ hành chính công cấp tỉnh.",
        _ONE_STOP,
    ),
    "department": Kind(
        "Sở",
        "province",
        "Cơ quan chuyên môn giúp Ủy ban nhân dân cấp tỉnh quản lý nhà nước về ngành, lĩnh vực.",
        _BODIES,
    ),
    "inspectorate": Kind(
        "Thanh tra cấp tỉnh",
        "province",
        "Giúp Ủy ban nhân dân cấp tỉnh về thanh tra, tiếp công dân, khiếu nại, tố cáo, phòng chống tham nhũng.",
        "Luật Thanh tra số 84/2025/QH15",
    ),
    "board": Kind(
        "Ban quản lý khu công nghiệp",
        "province",
        "Quản lý nhà nước trực tiếp đối với các khu công nghiệp trên địa bàn.",
        "Nghị định 35/2022/NĐ-CP",
    ),
    "district_committee": Kind(
        "Ủy ban nhân dân cấp huyện",
        "district",
        "Cơ quan hành chính nhà nước ở cấp huyện; cấp này kết thúc từ ngày 01/7/2025.",
        "Nghị quyết 203/2025/QH15",
    ),
    "commune_committee": Kind(
        "Ủy ban nhân dân cấp xã",
        "commune",
        "Cơ quan hành chính nhà nước ở xã, phường; giải quyết thủ tục hành chính thuộc thẩm quyền cấp xã.",
        _LOCAL,
    ),
    "centre": Kind(
        "Trung tâm Phục vụ hành chính công",
        "commune",
        "Hướng dẫn, tiếp nhận, số hóa, trả kết quả giải quyết thủ tục hành chính.",
        _ONE_STOP,
    ),
    "point": Kind(
        "Điểm tiếp nhận và trả kết quả",
        "commune",
        "Tiếp nhận và trả kết quả như tại Trung tâm Phục vụ hành chính công mà nó trực thuộc.",
        _ONE_STOP,
    ),
}
ORDER = {kind: position for position, kind in enumerate(KINDS)}


def label_of(kind: str) -> str:
    """The kind in words, in the language of the reader."""
    return gettext(KINDS[kind].label) if kind in KINDS else kind
