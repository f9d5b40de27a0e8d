"""The door of provinces."""

from motcua.engine.provinces.models import (
    Dated,
    Owned,
    Province,
    ProvinceTitle,
    mark_simulated,
    real_provinces,
)

__all__ = ["Dated", "Owned", "Province", "ProvinceTitle", "mark_simulated", "real_provinces"]
