"""The door of the explorer."""

from motcua.reports.explorer.counting import ranked
from motcua.reports.explorer.permissions import VIEW
from motcua.reports.explorer.places import Places, places
from motcua.reports.explorer.reaching import figure_address, records_address

__all__ = ["VIEW", "Places", "figure_address", "places", "ranked", "records_address"]
