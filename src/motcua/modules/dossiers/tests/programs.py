"""Programs that call the API of dossiers in tests: their tokens, and what they send."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.engine.accounts.api import User
from motcua.engine.clients.api import Draft, create_client
from motcua.engine.permissions.api import Grant, Role, Viewer
from motcua.engine.provinces.api import Province
from motcua.modules.dossiers.rest import READ, WRITE

KEY = "khoa-thu-0001"


def admin_of(province: Province, name: str) -> Viewer:
    user = User.objects.create(username=name, display_name="Quản Trị Mẫu")
    role = Role.objects.get(code="system-administrator")
    Grant.objects.create(user=user, role=role, province=province, valid_from=dt.date(2020, 1, 1))
    return Viewer(user)


def program(province: Province, unit: Any, *scopes: str, role: str = "integration-client") -> str:
    """The token of a program that works for a unit (None: the province) with a role."""
    draft = Draft("Cổng thử", role, scopes or (READ, WRITE), unit_code=unit.code if unit else "")
    return create_client(admin_of(province, f"admin.{User.objects.count()}"), province, draft)[1]


def send(token: str, method: str, path: str, body: Any = None, key: str = KEY) -> Any:
    return Client().generic(
        method,
        f"/api/v1/dossiers{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers={"authorization": f"Bearer {token}", "idempotency-key": key},
    )


def send_form(token: str, path: str, fields: dict[str, Any], key: str = KEY) -> Any:
    """A form with files: (name, content) stands for a file."""

    def part(value: Any) -> Any:
        if isinstance(value, list):
            return [part(one) for one in value]
        return SimpleUploadedFile(*value) if isinstance(value, tuple) else value

    return Client().post(
        f"/api/v1/dossiers{path}",
        {name: part(value) for name, value in fields.items()},
        headers={"authorization": f"Bearer {token}", "idempotency-key": key},
    )


def said(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    body = answer.json()
    assert set(body) >= {"code", "message", "where"} and body["message"]
    return answer.status_code, body["code"]
