"""The OpenAPI document as a page that needs no script and nothing from elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.engine.clients.api import declared_scopes
from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.web.api.api import api, document

METHODS = ("get", "post", "put", "patch", "delete")
DEPTH = 4


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of a request or an answer; `depth` is how far it stands within others."""

    name: str
    kind: str
    required: bool
    about: str
    depth: int


@dataclass(frozen=True, slots=True)
class Described:
    """One operation as the page shows it."""

    anchor: str
    method: str
    path: str
    summary: str
    about: str
    scope: str
    parameters: tuple[FieldLine, ...]
    body: tuple[FieldLine, ...]
    answer: tuple[FieldLine, ...]
    tag: str


@page(PUBLIC)
def openapi(request: ViewedRequest) -> HttpResponse:
    """The document for programs."""
    return JsonResponse(document(api()), json_dumps_params={"ensure_ascii": False, "indent": 1})


@page(PUBLIC)
def reference(request: ViewedRequest) -> HttpResponse:
    """The document for people."""
    operations = described(document(api()))
    groups: dict[str, list[Described]] = {}
    for one in operations:
        groups.setdefault(one.tag or _("Khác"), []).append(one)
    context = {"groups": groups.items(), "scopes": declared_scopes(), "example": _example()}
    return render(request, "web/api.html", context)


def described(schema: dict[str, Any]) -> list[Described]:
    """Every operation of an OpenAPI document."""
    found = []
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                found.append(_describe(schema, path, method, methods[method]))
    return found


def _describe(schema: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Described:
    good = next((one for status, one in operation["responses"].items() if str(status).startswith("2")), {})
    return Described(
        anchor=f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        about=operation.get("description", ""),
        scope=operation.get("x-scope", ""),
        parameters=tuple(_parameter(schema, one) for one in operation.get("parameters", [])),
        body=tuple(_fields(schema, _content(operation.get("requestBody", {})))),
        answer=tuple(_fields(schema, _content(good))),
        tag=(operation.get("tags") or [""])[0],
    )


def _content(part: dict[str, Any]) -> dict[str, Any]:
    for media in part.get("content", {}).values():
        found: dict[str, Any] = media.get("schema", {})
        return found
    return {}


def _parameter(schema: dict[str, Any], one: dict[str, Any]) -> FieldLine:
    kind = f"{_kind(schema, one.get('schema', {}))} ({one['in']})"
    about = one.get("description") or one.get("schema", {}).get("description", "")
    return FieldLine(one["name"], kind, bool(one.get("required")), about, 0)


def _fields(schema: dict[str, Any], part: dict[str, Any], depth: int = 0) -> list[FieldLine]:
    target = _target(schema, part)
    required = set(target.get("required", []))
    lines = []
    for name, field in target.get("properties", {}).items():
        about = field.get("description", "")
        lines.append(FieldLine(name, _kind(schema, field), name in required, about, depth))
        if depth < DEPTH:
            lines += _fields(schema, field, depth + 1)
    return lines


def _target(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """The object a schema leads to: through a reference, a list's items, or the one choice that is not null."""
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        return _target(schema, schema["components"]["schemas"].get(name, {}))
    if part.get("type") == "array":
        return _target(schema, part.get("items", {}))
    for choice in part.get("anyOf", []) or part.get("allOf", []):
        if choice.get("type") != "null":
            return _target(schema, choice)
    return part


def _kind(schema: dict[str, Any], part: dict[str, Any]) -> str:
    if part.get("type") == "array":
        return f"[{_kind(schema, part.get('items', {}))}]"
    if "enum" in part:
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in part["enum"])
    choices = part.get("anyOf") or part.get("allOf")
    if choices:
        return " | ".join(_kind(schema, choice) for choice in choices)
    if "$ref" in part:
        target = _target(schema, part)
        return "object" if target.get("type", "object") == "object" else _kind(schema, target)
    kind = str(part.get("type", "any"))
    return f"{kind} {part['format']}" if "format" in part else kind


def _example() -> str:
    lines = (
        "curl -H 'Authorization: Bearer mc_…' \\",
        "     'https://mot-cua.example/api/v1/events?after=0'",
    )
    return "\n".join(lines)
