"""What locks a unit's forms, in words: which lock, since when, who can open it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from motcua.kernel.clock import local
from motcua.reports.forms.api import PROVINCE, FormSheet, current_values
from motcua.reports.submissions.judging import counts_of
from motcua.reports.submissions.models import Submission
from motcua.reports.submissions.states import LOCKED, opener, state_word


def lock_words(submission: Submission) -> str:
    """The sentence of the lock; empty while the forms may be edited."""
    if submission.state not in LOCKED:
        return ""
    who = submission.moved_by.display_name if submission.moved_by else _("hệ thống")
    return _("Biểu của {unit} {state} từ {moment} ({who}) nên không ghi được nữa. {opener}.").format(
        unit=submission.sheet.unit_name or _("tỉnh"),
        state=state_word(submission.state),
        moment=f"{local(submission.since):%H:%M ngày %d/%m/%Y}",
        who=who,
        opener=opener(submission.state, submission.level == PROVINCE),
    )


def lock_of_sheet(sheet: FormSheet) -> str | None:
    """For the forms' writers: why these forms are shut, or None."""
    found = (
        Submission.objects.filter(sheet=sheet, state__in=LOCKED).select_related("sheet", "moved_by").first()
    )
    return lock_words(found) if found else None


def keep_counts(sheet: FormSheet) -> None:
    """For the forms' writers: how far the submission is filled and what is wrong with it, kept beside it."""
    found = Submission.objects.filter(sheet=sheet).select_related("sheet", "campaign").first()
    if found is not None:
        counts = counts_of(found, current_values(sheet))
        Submission.objects.filter(pk=found.pk).update(counts=counts)
