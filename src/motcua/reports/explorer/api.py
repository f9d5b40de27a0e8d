"""The door of the explorer: figures by unit as units were or are, and what their records are called."""

from motcua.reports.explorer.counting import ranked
from motcua.reports.explorer.explaining import sentences, value_word
from motcua.reports.explorer.permissions import VIEW
from motcua.reports.explorer.places import Mode, Places, places
from motcua.reports.explorer.reaching import figure_address, records_address
from motcua.reports.explorer.records import Record, listing_of

__all__ = [
    "VIEW",
    "Mode",
    "Places",
    "Record",
    "figure_address",
    "listing_of",
    "places",
    "ranked",
    "records_address",
    "sentences",
    "value_word",
]
