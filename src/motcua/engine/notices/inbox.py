"""The inbox of an account: only its own person reads it, hence no permission but being that person."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet

from motcua.engine.notices.models import Notice
from motcua.engine.permissions.api import Viewer
from motcua.kernel.clock import now

PAGE = 30
MOST_COUNTED = 100
KEEP_READ = dt.timedelta(days=180)
KEEP_UNREAD = dt.timedelta(days=400)


def own(viewer: Viewer) -> QuerySet[Notice]:
    """The viewer's notices, newest first."""
    if viewer.user_id is None:
        return Notice.objects.none()
    return Notice.objects.filter(user_id=viewer.user_id).order_by("-id")


def unread_count(viewer: Viewer) -> int:
    """How many the viewer has not read; counting ends at a hundred."""
    if viewer.user_id is None:
        return 0
    rows = Notice.objects.filter(user_id=viewer.user_id, read_at__isnull=True)
    return rows[:MOST_COUNTED].count()


def page_of(viewer: Viewer, before: int | None = None) -> tuple[list[Notice], int | None]:
    """A page of the inbox and the number from which the next one goes on."""
    rows = own(viewer)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], (found[PAGE - 1].pk if len(found) > PAGE else None)


def mark_read(viewer: Viewer, uid: UUID) -> Notice | None:
    """Marks one of the viewer's own notices read; None when there is no such one.

    A mark in one's own inbox is no event: it changes nothing for anybody else.
    """
    notice = own(viewer).filter(uid=uid).first()
    if notice is not None and notice.read_at is None:
        Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=now())
    return notice


def mark_all_read(viewer: Viewer) -> int:
    """Marks all of the viewer's notices read; returns how many were not."""
    return own(viewer).filter(read_at__isnull=True).order_by().update(read_at=now())


def forget_old() -> int:
    """Removes notices half a year after they were read, others after four hundred days; returns how many."""
    moment = now()
    read, _each = Notice.objects.filter(read_at__lt=moment - KEEP_READ).delete()
    unread, _each = Notice.objects.filter(created_at__lt=moment - KEEP_UNREAD).delete()
    return read + unread
