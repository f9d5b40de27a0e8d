"""Who read whose data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import QuerySet

from motcua.engine.accounts.models import User
from motcua.engine.events.api import current_happening
from motcua.engine.permissions.api import Viewer
from motcua.engine.privacy.models import Reading
from motcua.engine.privacy.permissions import VIEW
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import now

Described = dict[str, tuple[str, str]]
Describe = Callable[[Sequence[str]], Described]

_purposes: dict[str, str] = {}
_describers: dict[str, Describe] = {}
_fields: dict[str, str] = {}


def declare_purpose(code: str, label: str) -> str:
    """Gives a purpose of reading its Vietnamese words; returns the code. Called when the application is ready."""
    _purposes[code] = label
    return code


def declare_personal_fields(labels: dict[str, str]) -> None:
    """Gives columns of personal data their Vietnamese names, such as {"phone": "Số điện thoại"}."""
    _fields.update(labels)


def declare_subjects(prefix: str, describe: Describe) -> None:
    """Says who stands behind subjects "prefix:...": `describe` gives (name, address) by subject, for a page at once."""
    _describers[prefix] = describe


def described(subjects: Sequence[str]) -> Described:
    """Name and address by subject; a subject nobody knows is not in it."""
    found: Described = {}
    for prefix, describe in _describers.items():
        of_kind = [subject for subject in subjects if subject.startswith(prefix + ":")]
        if of_kind:
            found |= describe(of_kind)
    return found


def purpose_labels() -> dict[str, str]:
    return dict(_purposes)


def field_labels() -> dict[str, str]:
    return dict(_fields)


def log_reading(
    viewer: Viewer | None,
    *,
    province: Province | int,
    subject: str,
    fields: Sequence[str],
    purpose: str,
    through: str = "",
    unit_code: str = "",
    unit_path: str = "/",
) -> Reading:
    """Notes that the viewer (None: a job) reads these fields of a person, before they are shown.

    subject: whose data ("applicant:0190..."); fields: names of columns, not their content; purpose: a declared code
    or words; through: the record that led there ("dossier:0190..."), with its unit. Raises ValueError when a
    reading has no field or no purpose.
    """
    if not fields or not purpose.strip():
        raise ValueError("a reading names its fields and its purpose")
    user = viewer.user if viewer is not None and isinstance(viewer.user, User) else None
    return Reading.objects.create(
        province_id=province.pk if isinstance(province, Province) else province,
        at=now(),
        viewer=user,
        subject=subject,
        fields=list(fields),
        purpose=purpose.strip()[:200],
        through=through,
        unit_code=unit_code,
        unit_path=unit_path,
        correlation_id=current_happening().correlation_id,
    )


def readings_of(viewer: Viewer, province: Province, subject: str) -> QuerySet[Reading]:
    """Readings of one person's data that the viewer may look into, the newest first."""
    return visible_readings(viewer, province).filter(subject=subject)


def visible_readings(viewer: Viewer, province: Province | None) -> QuerySet[Reading]:
    """Readings of the province within the viewer's units, the newest first."""
    rows = viewer.within(Reading.objects.filter(province=province), VIEW)
    return rows.select_related("viewer").order_by("-id")
