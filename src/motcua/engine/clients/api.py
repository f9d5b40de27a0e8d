"""The door of clients: who calls the API, with which scopes; once only; by pages; and routers of the rooms above."""

from motcua.engine.clients.calling import authenticate, caller_address, keep_call, knows_caller
from motcua.engine.clients.errors import ApiError, ClientsError
from motcua.engine.clients.feeding import describe, head_position, of_types, visible_events
from motcua.engine.clients.idempotency import MULTIPART, once
from motcua.engine.clients.models import ApiClient, Subscription
from motcua.engine.clients.operations import (
    Draft,
    change_client,
    create_client,
    revoke_client,
    rotate_client,
)
from motcua.engine.clients.paging import PageOf, paginate
from motcua.engine.clients.permissions import EVENTS_VIEW, MANAGE
from motcua.engine.clients.routers import API, Mounted, register_router, registered_routers
from motcua.engine.clients.scopes import ANY, EVENTS_READ, declare_scope, declared_scopes, is_scope, scope
from motcua.engine.clients.subscribing import (
    add_subscription,
    pause_subscription,
    remove_subscription,
    resume_subscription,
    rewind_subscription,
)
from motcua.engine.clients.units import provide_unit_finder

__all__ = [
    "ANY",
    "API",
    "EVENTS_READ",
    "EVENTS_VIEW",
    "MANAGE",
    "MULTIPART",
    "ApiClient",
    "ApiError",
    "ClientsError",
    "Draft",
    "Mounted",
    "PageOf",
    "Subscription",
    "add_subscription",
    "authenticate",
    "caller_address",
    "change_client",
    "create_client",
    "declare_scope",
    "declared_scopes",
    "describe",
    "head_position",
    "is_scope",
    "keep_call",
    "knows_caller",
    "of_types",
    "once",
    "paginate",
    "pause_subscription",
    "provide_unit_finder",
    "register_router",
    "registered_routers",
    "remove_subscription",
    "resume_subscription",
    "revoke_client",
    "rewind_subscription",
    "rotate_client",
    "scope",
    "visible_events",
]
