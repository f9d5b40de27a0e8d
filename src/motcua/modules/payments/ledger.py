"""One dossier's money at work: its duty locked, rows changed with their events in one transaction, sums kept.

Every operation on charges, orders, receipts and refunds runs through `opened(...)`: whoever holds the lock of the duty
may read and change all that hangs on it, so that no two payments of one dossier ever pass each other.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event, keyed, record
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.privacy.api import SealedField
from motcua.engine.statements.api import run
from motcua.kernel.clock import now
from motcua.kernel.text import squeeze
from motcua.modules.payments import permissions as may
from motcua.modules.payments.data import Done
from motcua.modules.payments.errors import PaymentRefused
from motcua.modules.payments.events import CODES
from motcua.modules.payments.models import Charge, Duty, Order, Receipt, Refund
from motcua.modules.payments.rules import ONLINE
from motcua.modules.payments.states import check

P = ParamSpec("P")
R = TypeVar("R", bound=models.Model)
Values = dict[str, Any]

# What people write stays out of the log, which is never changed.
TEXTS = frozenset(
    {"name", "basis", "relief_reason", "relief_clause", "cancel_reason", "reason", "decision", "payer", "note", "voucher"}
)  # fmt: skip
THINGS: Mapping[str, type[models.Model]] = {
    "charge": Charge,
    "order": Order,
    "receipt": Receipt,
    "refund": Refund,
}
_LONGEST_TEXT = 500
# Whose place a payment takes among those of its procedure is told one at a time; see `facts.py`.
_LOCK_PROCEDURE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class Repeated(Exception):
    """The idempotency key was used before; `event` is what was then told."""

    def __init__(self, event: Event) -> None:
        super().__init__("repeated")
        self.event = event


class Ledger:
    """One dossier's money inside an operation, under the lock of its duty."""

    def __init__(
        self, viewer: Viewer | None, duty: Duty, key: str | None = None, follow: Values | None = None
    ) -> None:
        self.viewer = viewer
        self.duty = duty
        self.now = now()
        self._key = key
        self._charges_changed = False
        self._followed: Values = follow or {}

    @property
    def actor(self) -> User | None:
        user = self.viewer.user if self.viewer else None
        return user if isinstance(user, User) else None

    # -- who may ------------------------------------------------------------------------------------

    def seats(self) -> dict[str, str]:
        """Code by path of the units whose dossier it is: the handling one first, then the desk."""
        handling, desk = self.wanted("unit_path"), self.wanted("received_path")
        codes = {handling: self.wanted("unit_code")}
        return codes if desk == handling else codes | {desk: self.wanted("received_code")}

    def held(self, permission: str) -> list[tuple[str, str]]:
        """(code, path) of the dossier's units over which the viewer holds the permission, the handling one first."""
        return [
            (code, path)
            for path, code in self.seats().items()
            if self.viewer is not None
            and self.viewer.may(permission, province=self.duty.province_id, unit_path=path)
        ]

    def require(self, permission: str) -> list[tuple[str, str]]:
        """The seats held. Raises NotPermitted when there is none."""
        seats = self.held(permission)
        if not seats:
            raise NotPermitted(permission)
        return seats

    def move(self, operation: str, row: Any) -> str:
        """The state that the operation leads to. Raises NotPermitted, PaymentRefused payments.<thing>.state."""
        move = check(operation, row.state)
        self.require(move.permission)
        return move.to

    # -- reading ------------------------------------------------------------------------------------

    def charges(self) -> list[Charge]:
        return list(Charge.objects.filter(duty=self.duty).order_by("pk"))

    # -- changing -----------------------------------------------------------------------------------

    def add(self, verb: str, row: R, *, also: Mapping[str, Values] | None = None, **words: Any) -> R:
        """A new row with its event."""
        row.save(force_insert=True)
        self.tell(verb, row, {"new": plain(row)}, also, words)
        return row

    def change(
        self,
        verb: str,
        row: Any,
        values: Values,
        *,
        also: Mapping[str, Values] | None = None,
        **words: Any,
    ) -> None:
        """A row changed with its event."""
        self.set(row, values)
        told = {name: value for name, value in attributes(row, values).items() if name not in TEXTS}
        self.tell(verb, row, {"set": told}, also, words)

    def set(self, row: Any, values: Values) -> None:
        """A row changed by an event of another: give it to that event as `also`."""
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))

    def tell(
        self, verb: str, row: Any, payload: Values, also: Mapping[str, Values] | None, words: Values
    ) -> None:
        """The event of a row already written; `words` are those of its sentence."""
        self._charges_changed = self._charges_changed or isinstance(row, Charge)
        unit = row if hasattr(row, "unit_code") else self.duty
        record(
            CODES[verb],
            province=self.duty.province,
            subject=subject_of(row),
            payload=payload | ({"also": dict(also)} if also else {}) | {"words": words},
            actor=self.actor,
            unit_code=unit.unit_code,
            unit_path=unit.unit_path,
            occurred_at=self.now,
            idempotency_key=self._key,
        )
        self._key = None  # one event of an operation bears its key

    # -- the dossier as a whole -----------------------------------------------------------------------

    def wanted(self, name: str) -> Any:
        """A column of the duty as it will be."""
        return self._followed.get(name, getattr(self.duty, name))

    def reckon(self) -> None:
        """Sums the charges anew; tells when the dossier's standing changed, or is settled by this."""
        wanted = self._followed | (sums(self.charges()) if self._charges_changed else {})
        values = {name: value for name, value in wanted.items() if getattr(self.duty, name) != value}
        if not values:
            return
        settled = bool(values.get("settled_at"))
        before = self.duty.online_at
        self.set(self.duty, values)
        self._tell_dossier("settled" if settled else "reckoned", {"set": universal(values)})
        if self.duty.online_at != before:
            self._tell_next_online({moment for moment in (before, self.duty.online_at) if moment is not None})

    def _tell_dossier(self, verb: str, payload: Values) -> None:
        duty = self.duty
        record(
            CODES[f"dossier:{verb}"],
            province=duty.province,
            subject=f"dossier:{duty.dossier_uid}",
            payload=payload | {"words": {"owed": duty.owed, "paid": duty.paid}},
            actor=self.actor,
            unit_code=duty.unit_code,
            unit_path=duty.unit_path,
            occurred_at=self.now,
        )

    def tell_resume_refused(self, code: str) -> None:
        """The dossier waits on though nothing is owed: who confirmed the payment may not let it go on."""
        self._tell_dossier("resume-refused", {"reason": code})

    def _tell_next_online(self, moments: set[dt.datetime]) -> None:
        """The facts of the payments that come next after this one, where it was and where it is, change with it
        (`previous_online_on`)."""
        duty = self.duty
        run(_LOCK_PROCEDURE, [f"payments:{duty.province_id}:{duty.procedure_code}"])
        followers: dict[int, Duty] = {}
        for moment in moments:
            later = (
                Duty.objects.filter(
                    models.Q(online_at__gt=moment) | models.Q(online_at=moment, pk__gt=duty.pk),
                    province_id=duty.province_id,
                    procedure_code=duty.procedure_code,
                )
                .exclude(pk=duty.pk)
                .order_by("online_at", "pk")
            )
            found = (later.first(), later.filter(unit_code=duty.unit_code).first())
            followers |= {one.pk: one for one in found if one is not None}
        for follower in followers.values():
            Ledger(self.viewer, follower)._tell_dossier("reckoned", {"set": {}})


def sums(charges: Iterable[Charge]) -> Values:
    """What a duty keeps of its charges."""
    standing = [one for one in charges if one.state != "cancelled"]
    owing = [one for one in standing if one.amount]
    paid = [one for one in owing if one.state == "paid"]
    online = [one for one in paid if one.method in ONLINE]
    return {
        "owed": sum(one.amount for one in owing),
        "paid": sum(one.amount for one in paid),
        "paid_online": sum(one.amount for one in online),
        "refunded": sum(one.refunded for one in standing),
        "relieved": sum(one.listed - one.amount for one in standing),
        "owed_at": min((one.charged_at for one in owing), default=None),
        "settled_at": max(one.paid_at for one in paid if one.paid_at)
        if paid and len(paid) == len(owing)
        else None,
        "online_at": min((one.paid_at for one in online if one.paid_at), default=None),
    }


# -- rows as the log tells them -------------------------------------------------------------------


def subject_of(row: Any) -> str:
    """ "charge:0190...", and "dossier:<uid of the dossier>" of a duty."""
    if isinstance(row, Duty):
        return f"dossier:{row.dossier_uid}"
    return f"{type(row).__name__.lower()}:{row.uid}"


def plain(row: Any) -> Values:
    """A row's columns but for what people write."""
    return universal(
        {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.attname not in TEXTS and not isinstance(field, SealedField)
        }
    )


def attributes(row: Any, values: Values) -> Values:
    """Values by column: of a relation its key."""
    return universal({row._meta.get_field(name).attname: _keyed(row, name) for name in values})


def _keyed(row: Any, name: str) -> Any:
    return getattr(row, row._meta.get_field(name).attname)


def universal(values: Mapping[str, Any]) -> Values:
    """Instants in UTC: an event says the same moment in one way, whoever wrote it."""
    return {
        name: value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
        for name, value in values.items()
    }


# -- opening --------------------------------------------------------------------------------------


@contextmanager
def opened(
    viewer: Viewer | None,
    duty_id: int,
    operation: str,
    uid: uuid.UUID,
    idempotency_key: str | None = None,
    *,
    follow: Values | None = None,
) -> Iterator[Ledger]:
    """The ledger of a duty under its lock; its sums are kept when the block ends. All or nothing is written.

    follow: what the dossier now says of itself (its code, its units), kept with it.

    Raises Repeated when the key was used for this operation on this thing; NotPermitted when the viewer belongs to none
    of the dossier's units (None: the system itself acts).
    """
    with transaction.atomic():
        duty = Duty.objects.select_for_update(of=("self",)).select_related("province").get(pk=duty_id)
        key = keyed(operation, uid, idempotency_key)
        ledger = Ledger(viewer, duty, key, follow)
        if viewer is not None:
            require_seen(ledger)
        if key:
            refuse_used(duty.province_id, key)
        yield ledger
        ledger.reckon()


def require_seen(ledger: Ledger) -> None:
    """The viewer belongs to one of the dossier's units; else its money does not exist for them."""
    if not any(ledger.held(permission) for permission in (may.VIEW, may.COLLECT, may.CONFIRM)):
        raise NotPermitted(may.VIEW)


def refuse_used(province_id: int, key: str) -> None:
    """Raises Repeated when an event of this room bears the key."""
    used = Event.objects.filter(
        province_id=province_id, type__in=list(CODES.values()), idempotency_key=key
    ).first()
    if used is not None:
        raise Repeated(used)


def locate(model: type[R], uid: uuid.UUID, viewer: Viewer) -> tuple[R, int]:
    """A row by its identifier, unlocked, and the key of its duty. An unknown one raises NotPermitted, as a stranger's."""
    through = "duty_id" if model in (Charge, Order) else "charge__duty_id"
    found = model._default_manager.filter(uid=uid).values_list("pk", through).first()
    if found is None:
        raise NotPermitted(may.VIEW)
    return model._default_manager.get(pk=found[0]), found[1]


@contextmanager
def at_work(
    viewer: Viewer, model: type[R], uid: uuid.UUID, operation: str, idempotency_key: str | None = None
) -> Iterator[tuple[Ledger, R]]:
    """A row and the ledger it belongs to, under lock, for an operation on it."""
    row, duty_id = locate(model, uid, viewer)
    with opened(viewer, duty_id, operation, uid, idempotency_key) as ledger:
        row.refresh_from_db()
        yield ledger, row


def operation(function: Callable[P, Done]) -> Callable[P, Done]:
    """Marks a public operation: repeated with the same idempotency key it answers what stands, and does nothing."""

    @wraps(function)
    def answered(*args: P.args, **kwargs: P.kwargs) -> Done:
        try:
            return function(*args, **kwargs)
        except Repeated as repeated:
            return standing(repeated.event)

    return answered


def standing(event: Event) -> Done:
    """What stands of the thing that an event was about."""
    kind, _colon, uid = event.subject.partition(":")
    row: Any = THINGS[kind]._default_manager.get(uid=uid)
    duty = row.duty if hasattr(row, "duty") else row.charge.duty
    return Done(
        row.uid,
        row.state,
        duty.dossier_uid,
        _made_together(row),
        number=row.text if isinstance(row, Receipt) else "",
        repeated=True,
    )


def _made_together(row: Any) -> tuple[uuid.UUID, ...]:
    if not isinstance(row, Charge):
        return (row.uid,)
    rows = Charge.objects.filter(duty_id=row.duty_id, charged_at=row.charged_at).order_by("pk")
    return tuple(rows.values_list("uid", flat=True))


def required(text: str, code: str, message: str, most: int = _LONGEST_TEXT) -> str:
    """A text somebody must give. Raises PaymentRefused when it is empty or too long."""
    clean = squeeze(text)
    if not clean:
        raise PaymentRefused(code, message)
    if len(clean) > most:
        raise PaymentRefused(
            "text.too-long", _("Nội dung dài quá {most} ký tự; hãy viết ngắn lại.").format(most=most)
        )
    return clean
