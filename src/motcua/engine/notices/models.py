from __future__ import annotations

import datetime as dt
import json

from django.conf import settings
from django.db import models
from django.db.models import Q

from motcua.engine.privacy.api import open_sealed, seal
from motcua.engine.provinces.models import Dated, Owned
from motcua.kernel.ids import uuid7

CONTENT = "notices.content"


class Notice(Owned):
    """One notice in the inbox of an account: a citizen's or an officer's.

    Two stories: an officer is warned that a step falls due tomorrow; a citizen learns that the result has come.
    `message_uid` is that of the outbox, so that delivery twice leaves one row. Title and text are sealed: they may
    name a person. `link` is an address of ours.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    message_uid = models.UUIDField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=80)
    subject = models.CharField(max_length=120, blank=True)
    content = models.BinaryField()
    link = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "id"], name="notice_of_user"),
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.uid}"

    @property
    def title(self) -> str:
        return self._words()[0]

    @property
    def text(self) -> str:
        return self._words()[1]

    def _words(self) -> tuple[str, str]:
        title, text = json.loads(open_sealed(bytes(self.content), context=CONTENT))
        return str(title), str(text)


def seal_words(title: str, text: str) -> bytes:
    return seal(json.dumps([title, text], ensure_ascii=False), context=CONTENT)


class QuietHours(Owned, Dated):
    """When a province's SMS stay silent, from a date on. `starts` after `ends` runs over midnight; equal: never."""

    starts = models.TimeField()
    ends = models.TimeField()

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["province", "valid_from"], name="quiet_hours_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}-{self.ends:%H:%M}"


DEFAULT_QUIET = (dt.time(21), dt.time(7))
