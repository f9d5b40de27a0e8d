"""API routers of the rooms above, which the shell in `web` mounts: nobody imports upwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from motcua.engine.permissions.api import Viewer

API = "api"  # the rule of an API address: a valid token with the scope of the operation

Sample = Callable[[Viewer], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Mounted:
    """A router and where it stands. `samples` give values for the parameters of its addresses, `bodies` what may be
    sent there, both by the operation's function name."""

    prefix: str
    factory: Callable[[], Any]
    tag: str
    samples: Mapping[str, Sample] = field(default_factory=dict)
    bodies: Mapping[str, Sample] = field(default_factory=dict)


_routers: dict[str, Mounted] = {}


def register_router(
    prefix: str,
    factory: Callable[[], Any],
    *,
    tag: str = "",
    samples: Mapping[str, Sample] | None = None,
    bodies: Mapping[str, Sample] | None = None,
) -> None:
    """Mounts a django-ninja Router under /api/v1/<prefix>; called from a room's AppConfig.ready.

    factory: returns the Router when addresses are built, so that nothing heavy is imported before. tag: the heading
    in the reference. samples: {function name: lambda viewer: {"uid": ...}} for addresses with parameters, which the
    test that walks every address needs. bodies: {function name: lambda viewer: {...}}, a well-formed body of a writing
    operation, so that the test reaches the rule behind the form; without one it is tried with {}. Every operation is marked with `scope(...)`.
    """
    _routers[prefix] = Mounted(prefix, factory, tag, samples or {}, bodies or {})


def registered_routers() -> tuple[Mounted, ...]:
    return tuple(_routers[prefix] for prefix in sorted(_routers))
