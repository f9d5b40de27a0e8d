"""The door of the timeline."""

from motcua.reference.timeline.data import (
    KINDS_OF_CHANGE,
    WHOLE,
    Change,
    ChangeRefused,
    Decision,
    Link,
    Part,
    State,
    Version,
)
from motcua.reference.timeline.ledger import Act, Ledger
from motcua.reference.timeline.lineage import Genealogy, apportion
from motcua.reference.timeline.store import Store, change_of
from motcua.reference.timeline.tables import ChangeRow, LinkRow, Subject, VersionRow, no_overlap_sql

__all__ = [
    "KINDS_OF_CHANGE",
    "WHOLE",
    "Act",
    "Change",
    "ChangeRefused",
    "ChangeRow",
    "Decision",
    "Genealogy",
    "Ledger",
    "Link",
    "LinkRow",
    "Part",
    "State",
    "Store",
    "Subject",
    "Version",
    "VersionRow",
    "apportion",
    "change_of",
    "no_overlap_sql",
]
