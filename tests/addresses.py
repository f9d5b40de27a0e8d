"""Every address of the product, what it asks of its visitor, and sample values for its parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from motcua.config.urls import ROOMS
from motcua.engine.clients.api import API, registered_routers
from motcua.engine.permissions.api import PUBLIC, SIGNED_IN, Access, Viewer

# Of the cast, whose walk tells most: strangers, the coordinator of the province, a desk, a commune, an administrator.
EVERY_DAY = frozenset({"", "dieuphoi", "tiepnhan", "xa", "quantri"})
BOTH = ("GET", "POST")
# allauth's views are not ours to decorate; what they ask of their visitor is written here.
ALLAUTH = {
    "account_login": Access(PUBLIC, BOTH),
    "account_logout": Access(PUBLIC, BOTH),
    "account_inactive": Access(PUBLIC, ("GET",)),
    "account_reauthenticate": Access(SIGNED_IN, BOTH),
    "account_change_password": Access(SIGNED_IN, BOTH),
    "mfa_index": Access(SIGNED_IN, ("GET",)),
    "mfa_authenticate": Access(PUBLIC, BOTH),
    "mfa_reauthenticate": Access(SIGNED_IN, BOTH),
    "mfa_activate_totp": Access(SIGNED_IN, BOTH),
    "mfa_deactivate_totp": Access(SIGNED_IN, BOTH),
    "mfa_view_recovery_codes": Access(SIGNED_IN, ("GET",)),
    "mfa_generate_recovery_codes": Access(SIGNED_IN, BOTH),
    "mfa_download_recovery_codes": Access(SIGNED_IN, ("GET",)),
    "usersessions_list": Access(SIGNED_IN, BOTH),
}


@dataclass(frozen=True)
class Route:
    name: str
    access: Access | None
    parameters: frozenset[str]


@dataclass(frozen=True)
class ApiRoute:
    """An address of the API: for each method the scope it asks for."""

    name: str
    scopes: dict[str, str]
    parameters: frozenset[str]


def walkers(names: Iterable[str], every_day: Collection[str] = EVERY_DAY) -> list[Any]:
    """Who walks: some every day, everybody in `make test-full`."""
    return [
        pytest.param(name, id=name or "anonymous", marks=() if name in every_day else pytest.mark.full)
        for name in names
    ]


def routes() -> list[Route]:
    """Every page of the resolver, with what it asks of its visitor. Addresses of the API are `api_routes`."""
    return [route for route in _all_routes() if route.access is None or route.access.rule != API]


def api_routes() -> list[ApiRoute]:
    """Every address of the API, which asks for a token rather than a session."""
    found = {}
    for name, pattern in _patterns(get_resolver().url_patterns, ""):
        guarded = getattr(pattern.callback, "guarded", None)
        if guarded is not None:
            found[name] = ApiRoute(name, guarded.scopes, frozenset(pattern.pattern.converters))
    return [found[name] for name in sorted(found)]


def api_address(route: ApiRoute, viewer: Viewer) -> str:
    """The address with sample values that its room registered with its router."""
    known = {
        f"api:{name}": sample for router in registered_routers() for name, sample in router.samples.items()
    }
    return reverse(route.name, kwargs=known[route.name](viewer) if route.parameters else None)


def api_body(route: ApiRoute, viewer: Viewer) -> dict[str, Any] | None:
    """A well-formed body for the writing operation of an address, when its room registered one."""
    known = {f"api:{name}": body for router in registered_routers() for name, body in router.bodies.items()}
    return known[route.name](viewer) if route.name in known else None


def _all_routes() -> list[Route]:
    return sorted(
        (
            Route(
                name,
                getattr(pattern.callback, "access", None) or ALLAUTH.get(name),
                frozenset(pattern.pattern.converters),
            )
            for name, pattern in _patterns(get_resolver().url_patterns, "")
        ),
        key=lambda route: route.name,
    )


def _patterns(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _patterns(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


@cache
def samples() -> dict[str, Callable[..., dict[str, Any]]]:
    found: dict[str, Callable[..., dict[str, Any]]] = {}
    for _prefix, urls in ROOMS:
        module = urls.rpartition(".")[0] + ".samples"
        try:
            present = find_spec(module) is not None
        except ModuleNotFoundError:
            present = False
        if present:
            found |= import_module(module).SAMPLES
    return found


def address(route: Route, viewer: Viewer) -> str:
    if not route.parameters:
        return reverse(route.name)
    sample = samples()[route.name]
    values = sample(viewer) if inspect.signature(sample).parameters else sample()
    return reverse(route.name, kwargs=values)
