from __future__ import annotations

from django.conf import settings
from django.db import models

from motcua.engine.permissions.models import UnitOwned
from motcua.kernel.ids import uuid7

MARK = "mh_"


class Display(UnitOwned):
    """A screen that shows one unit's figures ("", "/": the province's) to whoever stands before it.

    A screen has no user: it holds a key, of which only the digest is kept. Revoked, it shows nothing any more; a new
    key is a new display. `prefix`: the first signs of the key, to tell screens apart.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=200)
    prefix = models.CharField(max_length=11)
    digest = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["province", "unit_path"], name="display_scope")]

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"
