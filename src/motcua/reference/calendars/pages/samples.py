"""Values for the addresses of this room, for the route × role test. Version 0 is what is inherited."""

SAMPLES = {
    "calendars:version": lambda: {"code": "tinh", "number": 0},
    "calendars:restore": lambda: {"code": "tinh", "number": 0},
    "calendars:parameter": lambda: {"name": "clock.handover_after"},
}
