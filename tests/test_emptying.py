"""After a test that committed, nothing is left of it: neither of a few rows nor of many, nor in the log."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.provinces.api import Province
from motcua.reference.organisations.api import load_reference
from motcua.testing.emptying import empty_tables

WRITTEN_ANEW = {"django_content_type", "auth_permission", "privacy_datakey"}


def filled() -> set[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        found = set()
        for name in names:
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{name}")')
            found |= {name} if cursor.fetchone()[0] else set()
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("many", [0, 1500])
def test_nothing_is_left(many):
    kept = Permission.objects.count(), ContentType.objects.count()
    assert all(kept)
    load_reference("bac-ninh")
    User.objects.bulk_create(User(username=f"n{number}", display_name="x") for number in range(many))
    assert Event.objects.exists() and Province.objects.exists()
    empty_tables()
    assert filled() == WRITTEN_ANEW
    assert (Permission.objects.count(), ContentType.objects.count()) == kept
