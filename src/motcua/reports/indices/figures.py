"""Figures that only the portal knows: declared values over what was imported from it, by component.

The portal gives each level its own numbers; the province's are not the sum of its units', so none of them climbs.
"""

from __future__ import annotations

from datetime import date

from motcua.engine.figures.api import (
    Bound,
    Climb,
    Figure,
    Filter,
    Operator,
    Registry,
    Rounding,
    Unit,
    declared,
)
from motcua.reports.indices.facts import SHAPE

QD766 = "qd766"
LAW = "Quyết định 766/QĐ-TTg ngày 23/6/2022"
# Figure → the component of Decision 766 it belongs to, its names, its scale and its unit.
SHARE = (100, Unit("percent", "%"))
PORTAL_FIGURES: dict[str, tuple[str, str, str]] = {
    "portal.publish-on-time": (
        "PUBLISH_ON_TIME",
        "Tỷ lệ thủ tục được công bố đúng hạn, theo Cổng",
        "Procedures announced on time, by the portal",
    ),
    "portal.public-update-on-time": (
        "PUBLIC_UPDATE_ON_TIME",
        "Tỷ lệ thủ tục được công khai đúng hạn, theo Cổng",
        "Procedures published on time, by the portal",
    ),
    "portal.public-content-full": (
        "PUBLIC_CONTENT_FULL",
        "Tỷ lệ thủ tục được công khai đủ nội dung, theo Cổng",
        "Procedures published in full, by the portal",
    ),
    "portal.dossier-sync": (
        "DOSSIER_SYNC",
        "Tỷ lệ hồ sơ được đồng bộ lên Cổng",
        "Dossiers synchronised to the portal",
    ),
    "portal.personal-store": (
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE",
        "Tỷ lệ hồ sơ dùng giấy tờ từ kho dữ liệu của công dân, theo Cổng",
        "Dossiers with papers from the citizen's store, by the portal",
    ),
    "portal.citizen-data-dossiers": (
        "CITIZEN_DATA_CONNECTED_DOSSIER",
        "Tỷ lệ hồ sơ được xác thực với dữ liệu dân cư, theo Cổng",
        "Dossiers verified with the population database, by the portal",
    ),
    "portal.citizen-data-procedures": (
        "CITIZEN_DATA_CONNECTED_FORMALITY",
        "Tỷ lệ thủ tục được xác thực với dữ liệu dân cư, theo Cổng",
        "Procedures verified with the population database, by the portal",
    ),
    "portal.electronic-certified-copy": (
        "ELECTRONIC_CERTIFIED_COPY",
        "Tỷ lệ chứng thực bản sao điện tử, theo Cổng",
        "Electronic certified copies, by the portal",
    ),
    "portal.petitions-procedure": (
        "PETITION_CLASSIFICATION_TTHC",
        "Tỷ lệ phản ánh, kiến nghị về thủ tục, theo Cổng",
        "Petitions on procedures, by the portal",
    ),
    "portal.petitions-conduct": (
        "PETITION_CLASSIFICATION_STAFF",
        "Tỷ lệ phản ánh, kiến nghị về cán bộ, theo Cổng",
        "Petitions on officers, by the portal",
    ),
    "portal.average-time": (
        "AVERAGE_TIME",
        "Thời gian giải quyết trung bình một hồ sơ, theo Cổng",
        "Average handling time of a dossier, by the portal",
    ),
}
AVERAGE = "portal.average-time"
RATING_AGENCY = "rating-agency"
POSTED = "stated.posted"
# What no record gives and a unit states itself, by set and component: in the same file as the portal's values.
STATED_FIGURES: dict[str, tuple[str, str, str, str]] = {
    POSTED: (
        RATING_AGENCY,
        "PUBLICITY",
        "Tỷ lệ thủ tục công khai bằng cả niêm yết và điện tử, theo đơn vị khai",
        "Procedures published both on paper and electronically, as the unit states",
    ),
}


def place_of(code: str) -> tuple[str, str]:
    """The set and the component under which the values of a figure are imported. Raises KeyError."""
    return STATED_FIGURES[code][:2] if code in STATED_FIGURES else (QD766, PORTAL_FIGURES[code][0])


def define_portal_figures(registry: Registry) -> None:
    """Declares the fact and the figures. Twice is once."""
    registry.define_fact(SHAPE)
    for code in (*PORTAL_FIGURES, *STATED_FIGURES):
        registry.define(portal_figure(code))


def portal_figure(code: str) -> Figure:
    """The definition of one figure that the portal or a unit states. Raises KeyError."""
    set_code, component = place_of(code)
    vietnamese, english = (STATED_FIGURES.get(code) or PORTAL_FIGURES[code])[-2:]
    basis = "Thông tư 01/2018/TT-VPCP, Điều 14" if code in STATED_FIGURES else LAW
    filters = (
        Filter("set_code", Operator.EQUAL, set_code),
        Filter("component", Operator.EQUAL, component),
        Filter("first_on", Operator.EQUAL, Bound.START),
        Filter("last_on", Operator.EQUAL, Bound.END),
    )
    scale, unit = (1, Unit("day", "Ngày")) if code == AVERAGE else SHARE
    return Figure(
        code=code,
        version=1,
        effective_from=date(2022, 6, 23),
        labels={"vi": vietnamese, "en": english},
        unit=unit,
        legal_basis=(basis,),
        numerator=declared(SHAPE.name, "numerator", *filters),
        denominator=declared(SHAPE.name, "denominator", *filters),
        scale=scale,
        climb=Climb.NONE,
        rounding=Rounding(2, trim=False),
    )
