"""The door of charts: pictures of numbers that somebody else has counted."""

from motcua.reports.charts.columns import columns
from motcua.reports.charts.data import Cell, Chart, Mark, Series, Table, Tile, Tone, table_of, table_of_series
from motcua.reports.charts.exporting import csv_lines, csv_response
from motcua.reports.charts.lines import lines
from motcua.reports.charts.strips import Reach, reaches, strips
from motcua.reports.charts.tiles import SIGNS, placed, tiles

__all__ = [
    "SIGNS",
    "Cell",
    "Chart",
    "Mark",
    "Reach",
    "Series",
    "Table",
    "Tile",
    "Tone",
    "columns",
    "csv_lines",
    "csv_response",
    "lines",
    "placed",
    "reaches",
    "strips",
    "table_of",
    "table_of_series",
    "tiles",
]
