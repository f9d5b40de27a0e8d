from __future__ import annotations

from django.conf import settings
from django.db import models

from motcua.engine.provinces.models import Owned
from motcua.kernel.ids import uuid7


class Blob(models.Model):
    """One content on disk, named by its SHA-256. Its row is the lock between storing and removing that content."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()

    def __str__(self) -> str:
        return self.digest


class StoredFile(Owned):
    """One file somebody handed in. Many may share one content, also across provinces.

    Stories: two officers upload the same decision under two names: two rows, one blob, and removing one leaves
    the other whole. A job writes a report's evidence: `owner` is null. `display_name` is what people see, cleaned
    of folders and control characters; it never names anything on disk.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="files")
    media_type = models.CharField(max_length=150)
    display_name = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["province", "owner", "id"], name="file_of_owner")]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def digest(self) -> str:
        return self.blob_id

    @property
    def size(self) -> int:
        """Bytes."""
        return self.blob.size
