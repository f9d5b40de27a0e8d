"""What every operation on papers shares: the dossier locked, the right checked, one event, no key used twice."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, ParamSpec

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import Event, keyed, record
from motcua.engine.files.api import PDF, StoredFile, open_file
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.kernel.text import squeeze
from motcua.modules.dossiers.api import SCANS, DossierOutline, PaperOutline, dossier_outline
from motcua.modules.records.data import Done
from motcua.modules.records.errors import RecordsRefused
from motcua.modules.records.events import CODES
from motcua.modules.records.signatures import NONE, inspect
from motcua.modules.records.states import TABLE, Move, check

P = ParamSpec("P")
_TYPES = list(CODES.values())
Row = dict[str, Any]


@dataclass
class Work:
    """One operation on the papers of a dossier, whose row is held until the transaction ends."""

    viewer: Viewer | None
    dossier: DossierOutline
    operation: str
    key: str | None
    now: dt.datetime = field(default_factory=now)

    @property
    def move(self) -> Move:
        return TABLE[self.operation]

    @property
    def province(self) -> Province:
        return province_of(self.dossier.province_id)

    @property
    def user_id(self) -> int | None:
        return self.viewer.user_id if self.viewer is not None else None

    def require(self, permission: str) -> str:
        """The path of a unit of the dossier over which the permission is held ("" for a job). Raises NotPermitted."""
        if self.viewer is None:
            return ""
        for seat in self.move.seats:
            path = getattr(self.dossier, seat)[1]
            if self.viewer.may(permission, province=self.dossier.province_id, unit_path=path):
                return str(path)
        raise NotPermitted(permission)

    def component(self, number: int) -> PaperOutline:
        """Raises RecordsRefused records.component."""
        paper = self.dossier.paper(number)
        if paper is None or not paper.present:
            raise RecordsRefused(
                "component", _("Hồ sơ không có thành phần số {number}.").format(number=number)
            )
        return paper

    def check(self, state: str) -> None:
        check(self.operation, state)

    def tell(self, name: str, uid: uuid.UUID, state: str, **payload: Any) -> Done:
        """Records the event of this operation on the dossier, and answers with what it left."""
        record(
            CODES[name],
            province=self.province,
            subject=f"dossier:{self.dossier.uid}",
            payload={"uid": uid, "state": state} | payload,
            actor=self.viewer.user if self.viewer is not None else None,  # type: ignore[arg-type]
            unit_code=self.dossier.handling[0],
            unit_path=self.dossier.handling[1],
            occurred_at=self.now,
            idempotency_key=self.key,
        )
        return Done(uid, str(state))


class Repeated(Exception):
    """The idempotency key was used before: `done` is what it left then."""

    def __init__(self, done: Done) -> None:
        super().__init__("repeated")
        self.done = done


def operation(function: Callable[P, Done]) -> Callable[P, Done]:
    """Marks a public operation: repeated with its key it answers what was left, and does nothing again."""

    @wraps(function)
    def answered(*args: P.args, **kwargs: P.kwargs) -> Done:
        try:
            return function(*args, **kwargs)
        except Repeated as repeated:
            return repeated.done

    return answered


@contextmanager
def at_work(viewer: Viewer | None, uid: uuid.UUID, name: str, idempotency_key: str | None) -> Iterator[Work]:
    """The dossier of an operation of the table, locked; the viewer (None: a job) sees it and holds the right.

    Raises Repeated, NotPermitted; what is done inside is kept whole or not at all.
    """
    with transaction.atomic():
        dossier = dossier_outline(viewer, uid, lock=True)
        work = Work(viewer, dossier, name, keyed(name, uid, idempotency_key))
        work.require(work.move.permission)
        refuse_repeated(dossier.province_id, work.key)
        yield work


def refuse_repeated(province_id: int, key: str | None) -> None:
    """Raises Repeated when an event of this room bears the key; asked under the lock of what the key is of."""
    if key is None:
        return
    known = Event.objects.filter(province_id=province_id, type__in=_TYPES, idempotency_key=key).first()
    if known is not None:
        raise Repeated(Done(uuid.UUID(known.payload["uid"]), known.payload["state"], repeated=True))


@lru_cache(maxsize=64)
def province_of(province_id: int) -> Province:
    return Province.objects.get(pk=province_id)


def required(text: str, code: str, message: str, most: int = 1000) -> str:
    """A reason somebody must give. Raises RecordsRefused when it is empty or too long."""
    clean = squeeze(text)
    if not clean:
        raise RecordsRefused(code, message)
    if len(clean) > most:
        raise RecordsRefused(
            "text.too-long", _("Nội dung dài quá {most} ký tự; hãy viết ngắn lại.").format(most=most)
        )
    return clean


# -- files ------------------------------------------------------------------------------------------


def stored(province_id: int, file_id: int, *, kinds: frozenset[str] = SCANS) -> StoredFile:
    """A file of the province of one of the kinds. Raises RecordsRefused records.file.*.

    Whether the viewer may use it was settled by whoever wrote its key down; a key the viewer names is checked by
    `own_file`.
    """
    found = StoredFile.objects.filter(pk=file_id, province_id=province_id).first()
    if found is None:
        raise RecordsRefused("file.unknown", _("Không còn tệp này; hãy tải tệp lên rồi thực hiện lại."))
    if found.media_type not in kinds:
        raise RecordsRefused(
            "file.kind",
            _("Tệp “{name}” không phải loại được nhận ở đây; hãy dùng tệp PDF, với bản quét cũng nhận ảnh PNG, JPEG.").format(
                name=found.display_name
            ),
        )  # fmt: skip
    return found


def own_file(viewer: Viewer | None, province_id: int, file_id: int, *, kinds: frozenset[str]) -> StoredFile:
    """A file the viewer has stored: naming another's would open it. Raises RecordsRefused records.file.not-yours."""
    found = StoredFile.objects.filter(pk=file_id, province_id=province_id).first()
    if found is None or viewer is None or found.owner_id != viewer.user_id:
        raise RecordsRefused(
            "file.not-yours",
            _("Chỉ dùng được tệp do chính bạn vừa tải lên ở tỉnh này; hãy tải tệp lên rồi thực hiện lại."),
        )
    return stored(province_id, file_id, kinds=kinds)


def signature_of(file: StoredFile) -> str:
    """What `signatures.inspect` says of a stored file; what is no PDF bears none."""
    if file.media_type != PDF:
        return NONE
    with open_file(file) as content:
        return inspect(content.read())


def changed(row: Any, values: Mapping[str, Any]) -> Row:
    """Sets columns of a row and saves those alone; returns them as the event tells them."""
    for name, value in values.items():
        setattr(row, name, value)
    if row._state.adding:
        row.save()
    else:
        row.save(update_fields=list(values))
    return universal({name: value for name, value in values.items() if name not in _TEXTS})


def universal(values: Mapping[str, Any]) -> Row:
    """Instants in UTC: an event says the same moment in one way, whoever wrote it."""
    return {
        name: value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
        for name, value in values.items()
    }


_TEXTS = frozenset({"ended_reason"})  # what people write stays out of the log, which is never changed
