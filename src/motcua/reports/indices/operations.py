"""What may be done here. Each function checks permission and rule, changes rows and records its event, or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.events.api import Event, record
from motcua.engine.figures.api import REGISTRY, Registry
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.kernel.periods import Window
from motcua.kernel.text import squeeze
from motcua.reference.organisations.api import units_on
from motcua.reports.indices import events
from motcua.reports.indices.definition import IndexSet
from motcua.reports.indices.errors import DefinitionRefused, IndexRefused, Problem
from motcua.reports.indices.loading import every_reading, figure_problems, load, overlap_problems
from motcua.reports.indices.models import ChosenParameter, PortalImport, PortalValue, StoredSet
from motcua.reports.indices.packaged import packaged_sets
from motcua.reports.indices.permissions import EXPLAIN, IMPORT, MANAGE
from motcua.reports.indices.portal import Line, check_lines
from motcua.reports.indices.queries import set_in_force

LEAST_REASON = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """Where imported values come from: the portal's page or interface, the file, and when the portal showed them."""

    source: str
    as_of: dt.datetime
    file_name: str = ""
    content: bytes = b""


# The portal's values.


def import_portal_values(
    viewer: Viewer,
    province: Province,
    set_code: str,
    window: Window,
    lines: Iterable[Line],
    reading: Reading,
    *,
    idempotency_key: str | None = None,
) -> PortalImport:
    """Keep what the portal states for one set and period. The same reading twice is once.

    A value read later replaces an earlier one (which stays in the events); one read earlier than what is kept is left
    aside and counted as `older`. An explanation of a difference stays with the revision it was given for.
    Raises NotPermitted; IndexRefused indices.set.unknown, indices.portal.*.
    """
    index = set_in_force(province, set_code, window.last)
    kept = check_lines(lines, index)
    paths = _paths(province, window.last)
    _require_units(viewer, province, kept, paths)
    if reading.as_of > now():
        raise IndexRefused("indices.portal.as-of", _("Thời điểm đọc số liệu của Cổng nằm ở tương lai."))
    digest = hashlib.sha256(reading.content or _canonical(kept)).hexdigest()
    with transaction.atomic():
        _lock(province)
        done = _imported_before(province, set_code, window, reading, digest, idempotency_key)
        if done is not None:
            return done
        batch = PortalImport(
            province=province,
            set_code=set_code,
            first_on=window.first,
            last_on=window.last,
            as_of=reading.as_of,
            source=squeeze(reading.source)[:300],
            file_name=reading.file_name[-200:],
            sha256=digest,
            imported_by_id=viewer.user_id,
        )
        batch.save()
        _write_values(batch, kept, paths, _user(viewer))
        batch.save(update_fields=["changed", "unchanged", "older"])
        _tell(
            events.PORTAL_IMPORTED,
            province,
            f"portal_import:{batch.uid}",
            _imported(batch),
            _user(viewer),
            idempotency_key=idempotency_key,
        )
    return batch


def explain_difference(viewer: Viewer, value: PortalValue, explanation: str) -> PortalValue:
    """Say why the portal's value differs from ours. It holds until the portal says something else.

    Raises NotPermitted; IndexRefused indices.difference.reason.
    """
    viewer.require(EXPLAIN, province=value.province_id, unit_path=value.unit_path)
    words = _reason(explanation, "indices.difference.reason")
    with transaction.atomic():
        locked = (
            PortalValue.objects.select_for_update(of=("self",)).select_related("province").get(pk=value.pk)
        )
        if locked.explanation == words and locked.explained:
            return locked
        locked.explanation, locked.explained_revision = words, locked.revision
        locked.explained_at, locked.explained_by_id = now(), viewer.user_id
        locked.save(update_fields=["explanation", "explained_revision", "explained_at", "explained_by"])
        payload = {"component": locked.component, "explanation": words, "revision": locked.revision}
        _tell(
            events.DIFFERENCE_EXPLAINED,
            locked.province,
            f"portal_value:{locked.uid}",
            payload,
            _user(viewer),
            unit=(locked.unit_code, locked.unit_path),
        )
    return locked


def _require_units(
    viewer: Viewer, province: Province, lines: Sequence[Line], paths: Mapping[str, str]
) -> None:
    for unit in dict.fromkeys(line.unit for line in lines):
        if unit not in paths:
            viewer.require(IMPORT, province=province)
            raise IndexRefused(
                "indices.portal.unit",
                _("Không có đơn vị mang mã “{code}” trong kỳ này. Kiểm tra lại mã.").format(code=unit),
            )
        viewer.require(IMPORT, province=province, unit_path=paths[unit])


def _imported_before(
    province: Province, set_code: str, window: Window, reading: Reading, digest: str, key: str | None
) -> PortalImport | None:
    if key is not None:
        told = Event.objects.filter(
            province=province, type=events.PORTAL_IMPORTED, idempotency_key=key
        ).first()
        if told is not None:
            return PortalImport.objects.get(uid=told.payload["import"])
    return PortalImport.objects.filter(
        province=province,
        set_code=set_code,
        first_on=window.first,
        last_on=window.last,
        as_of=reading.as_of,
        sha256=digest,
    ).first()


def _write_values(
    batch: PortalImport, lines: Sequence[Line], paths: Mapping[str, str], actor: User | None
) -> None:
    known = {
        (value.unit_code, value.component): value
        for value in PortalValue.objects.select_for_update().filter(
            province=batch.province, set_code=batch.set_code, first_on=batch.first_on, last_on=batch.last_on
        )
    }
    for line in lines:
        value = known.get((line.unit, line.component))
        if value is not None and value.as_of > batch.as_of:
            batch.older += 1
            continue
        if value is not None and _same(value, line):
            batch.unchanged += 1
            continue
        _write_value(batch, value, line, paths[line.unit], actor)
        batch.changed += 1


def _write_value(
    batch: PortalImport, value: PortalValue | None, line: Line, path: str, actor: User | None
) -> None:
    kept = value or PortalValue(
        province=batch.province,
        unit_code=line.unit,
        set_code=batch.set_code,
        component=line.component,
        first_on=batch.first_on,
        last_on=batch.last_on,
        revision=0,
    )
    kept.unit_path = path
    kept.numerator, kept.denominator, kept.points = line.numerator, line.denominator, line.points
    kept.as_of, kept.source = batch.as_of, batch
    kept.revision += 1
    kept.save()
    _tell(
        events.PORTAL_STATED,
        batch.province,
        f"portal_value:{kept.uid}",
        _stated(kept, batch),
        actor,
        unit=(kept.unit_code, kept.unit_path),
    )


def _same(value: PortalValue, line: Line) -> bool:
    return (value.numerator, value.denominator, value.points) == (
        line.numerator,
        line.denominator,
        line.points,
    )


def _stated(value: PortalValue, batch: PortalImport) -> dict[str, Any]:
    return {
        "set": value.set_code,
        "component": value.component,
        "first": value.first_on,
        "last": value.last_on,
        "numerator": _text(value.numerator),
        "denominator": _text(value.denominator),
        "points": _text(value.points),
        "as_of": value.as_of,
        "revision": value.revision,
        "import": batch.uid,
    }


def _imported(batch: PortalImport) -> dict[str, Any]:
    return {
        "import": batch.uid,
        "set": batch.set_code,
        "first": batch.first_on,
        "last": batch.last_on,
        "as_of": batch.as_of,
        "source": batch.source,
        "file_name": batch.file_name,
        "sha256": batch.sha256,
        "changed": batch.changed,
        "unchanged": batch.unchanged,
        "older": batch.older,
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


def _canonical(lines: Sequence[Line]) -> bytes:
    ordered = sorted(lines, key=lambda each: (each.unit, each.component))
    rows = [
        "\t".join(
            [
                each.unit,
                each.component,
                *map(str, map(_text, (each.numerator, each.denominator, each.points))),
            ]
        )
        for each in ordered
    ]
    return "\n".join(rows).encode()


def _paths(province: Province, day: dt.date) -> dict[str, str]:
    """Code → path of every unit on a day; the province itself too."""
    root = {province.agency_code: f"/{province.agency_code}/"}
    return root | {unit.code: unit.path for unit in units_on(province, day)}


# Sets of the province, and how it reads the law.


def enter_index_set(
    viewer: Viewer,
    province: Province,
    document: Mapping[str, Any],
    *,
    reason: str,
    registry: Registry = REGISTRY,
    idempotency_key: str | None = None,
) -> StoredSet:
    """Enter a version of the province's own index set; it must add up under every value of its parameters.

    Raises NotPermitted; DefinitionRefused with every problem (IDX-*); IndexRefused indices.set.reason,
    indices.set.packaged (a code of the package).
    """
    viewer.require(MANAGE, province=province)
    words = _reason(reason, "indices.set.reason")
    readings = every_reading(document)
    index = readings[0]
    if index.code in {each.code for each in packaged_sets()}:
        raise IndexRefused(
            "indices.set.packaged",
            _("Mã “{code}” là của bộ chỉ số có sẵn. Hãy đặt mã khác cho bộ của tỉnh.").format(
                code=index.code
            ),
        )
    with transaction.atomic():
        _lock(province)
        done = _entered_before(province, idempotency_key)
        if done is not None:
            return done
        problems = [
            problem
            for each in readings
            for problem in figure_problems(each, lambda code: _is_ratio(registry, code))
        ]
        problems += overlap_problems([index, *_stored(province, index.code)])
        if problems:
            raise DefinitionRefused(list(dict.fromkeys(problems)))
        stored = StoredSet.objects.create(
            province=province,
            code=index.code,
            version=index.version,
            valid_from=index.valid_from,
            valid_to=index.valid_to,
            document=_plain(document),
            reason=words,
            entered_by_id=viewer.user_id,
        )
        _tell(
            events.SET_ENTERED,
            province,
            f"index_set:{stored.uid}",
            {
                "set": stored.uid,
                "code": stored.code,
                "version": stored.version,
                "valid_from": stored.valid_from,
                "valid_to": stored.valid_to,
                "document": stored.document,
                "reason": words,
            },
            _user(viewer),
            idempotency_key=idempotency_key,
        )
    return stored


def end_index_set(viewer: Viewer, stored: StoredSet, valid_to: dt.date, *, reason: str) -> StoredSet:
    """Set the first day on which a version of the province's set holds no more, so that the next can begin.

    Raises NotPermitted; IndexRefused indices.set.reason, indices.set.ended, indices.set.span.
    """
    viewer.require(MANAGE, province=stored.province_id)
    words = _reason(reason, "indices.set.reason")
    with transaction.atomic():
        _lock(stored.province)
        locked = (
            StoredSet.objects.select_for_update(of=("self",)).select_related("province").get(pk=stored.pk)
        )
        if locked.valid_to == valid_to:
            return locked
        if locked.valid_to is not None:
            raise IndexRefused(
                "indices.set.ended",
                _("Phiên bản này đã hết hiệu lực từ {day}.").format(day=f"{locked.valid_to:%d/%m/%Y}"),
            )
        if valid_to <= locked.valid_from:
            raise IndexRefused("indices.set.span", _("Ngày hết hiệu lực phải sau ngày có hiệu lực."))
        locked.valid_to = valid_to
        locked.save(update_fields=["valid_to"])
        payload = {"code": locked.code, "version": locked.version, "valid_to": valid_to, "reason": words}
        _tell(events.SET_ENDED, locked.province, f"index_set:{locked.uid}", payload, _user(viewer))
    return locked


def choose_parameter(
    viewer: Viewer,
    province: Province,
    set_code: str,
    parameter: str,
    value: str,
    *,
    valid_from: dt.date,
    reason: str,
) -> ChosenParameter:
    """Decide how the province reads a set, for windows that end on `valid_from` or later.

    Raises NotPermitted; IndexRefused indices.set.unknown, indices.parameter.reason; DefinitionRefused IDX-PARAMETER,
    IDX-CHOICE.
    """
    viewer.require(MANAGE, province=province)
    words = _reason(reason, "indices.parameter.reason")
    set_in_force(province, set_code, valid_from, choices={parameter: value})
    with transaction.atomic():
        _lock(province)
        chosen = ChosenParameter.objects.filter(
            province=province, set_code=set_code, parameter=parameter, valid_from=valid_from
        ).first()
        if chosen is not None and chosen.value == value:
            return chosen
        chosen = chosen or ChosenParameter(
            province=province, set_code=set_code, parameter=parameter, valid_from=valid_from
        )
        chosen.value, chosen.reason = value, words
        chosen.chosen_at, chosen.chosen_by_id = now(), viewer.user_id
        chosen.save()
        payload = {
            "set": set_code,
            "parameter": parameter,
            "value": value,
            "valid_from": valid_from,
            "reason": words,
        }
        _tell(
            events.PARAMETER_CHOSEN,
            province,
            f"index_parameter:{set_code}.{parameter}",
            payload,
            _user(viewer),
        )
    return chosen


def _stored(province: Province, code: str) -> list[IndexSet]:
    rows = StoredSet.objects.filter(province=province, code=code)
    return [load({**row.document, "valid_to": row.valid_to}) for row in rows]


def _entered_before(province: Province, key: str | None) -> StoredSet | None:
    if key is None:
        return None
    told = Event.objects.filter(province=province, type=events.SET_ENTERED, idempotency_key=key).first()
    return StoredSet.objects.get(uid=told.payload["set"]) if told else None


def _is_ratio(registry: Registry, code: str) -> bool | None:
    """Whether the latest version of a figure is a ratio; None when nobody defines it."""
    return registry.figure(code, dt.date.max).is_ratio if code in registry else None


def _plain(document: Any) -> Any:
    """The document as JSON keeps it: days as text."""
    if isinstance(document, Mapping):
        return {str(key): _plain(value) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [_plain(each) for each in document]
    return document.isoformat() if isinstance(document, dt.date) else document


# Shared.


def _reason(text: str, code: str) -> str:
    words = squeeze(text)[:1000]
    if len(words) < LEAST_REASON:
        raise IndexRefused(code, _("Hãy ghi lý do hoặc căn cứ, để người đọc sau hiểu vì sao."))
    return words


def _lock(province: Province) -> None:
    """One writer of a province's index rows at a time; rows that point to the province are not held up."""
    Province.objects.select_for_update(no_key=True).get(pk=province.pk)


def _user(viewer: Viewer) -> User | None:
    return viewer.user if isinstance(viewer.user, User) else None


def _tell(
    type_: str,
    province: Province,
    subject: str,
    payload: Mapping[str, Any],
    actor: User | None,
    *,
    unit: tuple[str, str] = ("", ""),
    idempotency_key: str | None = None,
) -> None:
    record(
        type_,
        province=province,
        subject=subject,
        payload=payload,
        actor=actor,
        unit_code=unit[0],
        unit_path=unit[1],
        idempotency_key=idempotency_key,
    )


__all__ = [
    "Problem",
    "Reading",
    "choose_parameter",
    "end_index_set",
    "enter_index_set",
    "explain_difference",
    "import_portal_values",
]
