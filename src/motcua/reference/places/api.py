"""The door of places."""

from motcua.reference.places.data import (
    KINDS,
    PlaceInfo,
    Register,
    full_name,
    level_of,
    provinces,
    register,
    word_of,
)
from motcua.reference.places.loading import new_change, parts_of, place_state
from motcua.reference.places.operations import change_places, check_places, load_places, undo_places
from motcua.reference.places.queries import place_at, place_genealogy, places_on

__all__ = [
    "KINDS",
    "PlaceInfo",
    "Register",
    "change_places",
    "check_places",
    "full_name",
    "level_of",
    "load_places",
    "new_change",
    "parts_of",
    "place_at",
    "place_genealogy",
    "place_state",
    "places_on",
    "provinces",
    "register",
    "undo_places",
    "word_of",
]
