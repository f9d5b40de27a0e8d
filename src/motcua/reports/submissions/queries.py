"""Every read of this room. Lists and lookups go through the viewer's scope filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from motcua.engine.accounts.models import User
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.reports.forms.api import FormSheet, FormValue
from motcua.reports.submissions.models import Campaign, Remark, Submission, Target, Version
from motcua.reports.submissions.permissions import VIEW
from motcua.reports.submissions.planning import proposed_owners, units_of


def submissions(viewer: Viewer) -> QuerySet[Submission]:
    """The submissions this viewer may see, the province's own first."""
    return viewer.within(Submission.objects.order_by("unit_path", "pk"), VIEW).select_related(
        "sheet", "campaign", "province", "moved_by", "submitted_by"
    )


def submission(viewer: Viewer, uid: UUID | str) -> Submission:
    """One submission. Raises Submission.DoesNotExist for none, or none that this viewer may see."""
    return submissions(viewer).prefetch_related("province__titles").get(uid=uid)


def campaigns(viewer: Viewer, province: Province) -> QuerySet[Campaign]:
    """The campaigns in which this viewer may see a submission, the latest period first."""
    seen = viewer.within(Submission.objects.filter(province=province), VIEW).values("campaign")
    return Campaign.objects.filter(province=province, pk__in=seen).order_by("-period_to", "-pk")


def campaign(viewer: Viewer, province: Province, uid: UUID | str) -> Campaign:
    """One campaign. Raises Campaign.DoesNotExist as above."""
    return campaigns(viewer, province).select_related("province").get(uid=uid)


def submissions_of(viewer: Viewer, of: Campaign) -> list[Submission]:
    """The submissions of a campaign that this viewer may see, with the number of open remarks of each. One statement."""
    rows = submissions(viewer).filter(campaign=of)
    return list(
        rows.annotate(open_remarks=Count("remarks", filter=Q(remarks__resolved_at__isnull=True))).defer(
            "given", "compared"
        )
    )


def remarks_of(of: Submission) -> list[Remark]:
    """What was said about a submission, the latest first."""
    return list(of.remarks.select_related("made_by", "resolved_by").order_by("-pk"))


def versions_of(of: Submission) -> QuerySet[Version]:
    """What was handed over, the latest first."""
    return of.versions.select_related("submitted_by").order_by("-number")


def remark_of(viewer: Viewer, uid: UUID | str) -> Remark:
    """One remark. Raises Remark.DoesNotExist as above."""
    rows = Remark.objects.select_related(
        "submission", "submission__sheet", "submission__province", "submission__campaign"
    )
    return viewer.within(rows, VIEW).get(uid=uid)


def targets_of(of: Submission) -> dict[str, Decimal]:
    """What rows should reach in the period's year: the unit's own, or its level's. One statement."""
    rows = Target.objects.filter(
        province_id=of.province_id,
        level=of.level,
        year=of.campaign.period_to.year,
        unit_code__in=["", of.unit_code],
    )
    return {each.row_key: each.value for each in rows.order_by("unit_code")}


def targets_of_sheet(sheet: FormSheet) -> dict[str, Decimal]:
    """The same for a set of forms; nothing where no campaign collects it."""
    found = Submission.objects.filter(sheet=sheet).select_related("campaign").first()
    return targets_of(found) if found else {}


def owners_of_sheet(sheet: FormSheet) -> dict[str, str]:
    """Owner key of rows to the code of the unit that answers for them: as the campaign says, else by the units' names."""
    found = Submission.objects.filter(sheet=sheet).select_related("campaign").first()
    if found is not None:
        return dict(found.campaign.owners)
    day = sheet.period_to
    return proposed_owners(sheet.form_version, [unit for unit, _level in units_of(sheet.province, day)])


def people(values: Iterable[FormValue | Mapping[str, object]]) -> dict[int, str]:
    """Names of those who wrote values, by id. One statement."""
    keys = {each.recorded_by_id for each in values if isinstance(each, FormValue) and each.recorded_by_id}
    return dict(User.objects.filter(pk__in=keys).values_list("pk", "display_name")) if keys else {}
