"""The fact of this room: what the portal states, one row a unit, period and component as last read.

`portal.*` figures are values that people state: blank where the portal said nothing for exactly these days.
"""

from __future__ import annotations

from motcua.engine.figures.api import FactShape
from motcua.reports.indices.events import PORTAL_STATED

SHAPE = FactShape(
    "portal_values",
    {
        "value": "text",
        "unit": "text",
        "set_code": "text",
        "component": "text",
        "first_on": "date",
        "last_on": "date",
        "numerator": "decimal",
        "denominator": "decimal",
        "points": "decimal",
    },
    key="value",
    unit="unit",
)

SQL = """
SELECT t.uid::text, t.unit_code, t.set_code, t.component, t.first_on, t.last_on, t.numerator, t.denominator, t.points
FROM indices_portalvalue t
WHERE t.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR t.uid = ANY(%(uids)s))
"""

EVENTS = (PORTAL_STATED,)
