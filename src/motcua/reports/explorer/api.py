"""The door of the explorer: figures by unit as units were or are, and what their records are called."""

from motcua.reports.explorer.permissions import VIEW
from motcua.reports.explorer.places import Mode, Places, places
from motcua.reports.explorer.records import Record, listing_of

__all__ = ["VIEW", "Mode", "Places", "Record", "listing_of", "places"]
