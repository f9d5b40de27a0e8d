from motcua.engine.permissions.api import declare

MANAGE = declare("clients.clients.manage", "Mở, khóa kết nối của phần mềm khác")
EVENTS_VIEW = (
    "events.log.view"  # of the events room: what the account of a client must hold to be told of events
)
