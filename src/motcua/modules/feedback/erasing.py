"""The end of what people sent: past its retention who they are and what they wrote goes, and what is counted stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from django.db.models import F
from django.utils.translation import gettext_noop

from motcua.engine.privacy.api import declare_retention, read_rules
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.modules.feedback.models import Answer, Note, Rating, Ticket
from motcua.modules.feedback.states import OPEN

ENDED, RATINGS = "feedback.ended", "feedback.ratings"


def declare() -> None:
    """Makes the retention of petitions and ratings known; called when the application is ready."""
    rules = read_rules(Path(__file__).parent / "retention.yaml")
    declare_retention(ENDED, gettext_noop("Phản ánh, kiến nghị đã kết thúc"), rules[ENDED], erase_ended)
    declare_retention(RATINGS, gettext_noop("Lời ghi kèm đánh giá"), rules[RATINGS], erase_comments)


def erase_ended(province: Province, before: dt.datetime, *, limit: int, dry_run: bool) -> Sequence[str]:
    """Erases petitions that ended before an instant, the oldest first; published words stay."""
    rows = Ticket.objects.filter(province=province, resolved_at__lt=before, erased_at__isnull=True)
    rows = rows.exclude(state__in=sorted(OPEN)).order_by("resolved_at", "pk")
    found = list(rows.select_for_update().values_list("pk", "uid")[:limit])
    if not dry_run and found:
        keys = [key for key, _uid in found]
        Answer.objects.filter(ticket__in=keys).update(text="")
        Note.objects.filter(ticket__in=keys).update(text="")
        Ticket.objects.filter(pk__in=keys).update(
            sender_name="",
            sender_phone="",
            sender_email="",
            sender_address="",
            phone_blind=b"",
            content="",
            summary="",
            erased_at=now(),
            revision=F("revision") + 1,
        )
    return [f"ticket:{uid}" for _key, uid in found]


def erase_comments(province: Province, before: dt.datetime, *, limit: int, dry_run: bool) -> Sequence[str]:
    """Erases the words people added to ratings given before an instant; level and points stay."""
    rows = Rating.objects.filter(province=province, rated_at__lt=before, erased_at__isnull=True)
    found = list(rows.order_by("rated_at", "pk").select_for_update().values_list("pk", "uid")[:limit])
    if not dry_run and found:
        Rating.objects.filter(pk__in=[key for key, _uid in found]).update(
            comment="", erased_at=now(), revision=F("revision") + 1
        )
    return [f"rating:{uid}" for _key, uid in found]
