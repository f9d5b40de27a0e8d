"""The door of provinces."""

from motcua.engine.provinces.models import Dated, Owned, Province, ProvinceTitle

__all__ = ["Dated", "Owned", "Province", "ProvinceTitle"]
