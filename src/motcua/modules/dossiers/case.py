"""A dossier at work: locked, changed in memory, and written with its steps, clock entries and event in one statement.

Every operation runs through here: `opened(...)` checks idempotency, the state table and the permission under the
dossier's lock; the operation changes the `Case`; leaving the block writes everything or nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import INSERT_EVENT, event_parameters, keyed, make_event
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.statements.api import Jsonb, fetch, fetch_each, run
from motcua.kernel.clock import local, now
from motcua.kernel.worktime import Duration, FirstDayRule, WorkCalendar, hand_over_by
from motcua.modules.catalogue.api import process_plan
from motcua.modules.catalogue.data import ProcessPlan, StepPlan
from motcua.modules.dossiers import clock as clocks
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.data import Done
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.events import CODES
from motcua.modules.dossiers.states import Move, Status, check, held_seats, is_at_desk
from motcua.modules.dossiers.units import unit_by_code
from motcua.reference.applicants.api import Applicant
from motcua.reference.calendars.api import Lead, calendar_for, parameter, rule_for

COLUMNS = (
    "id", "uid", "province_id", "code", "procedure_code", "version_id", "process_id", "lane", "status",
    "resume_status", "steps", "unit_code", "unit_path", "received_code", "received_path", "return_code",
    "return_path", "registered_at", "received_at", "limit_text", "promised", "legal_due", "index_due", "paused_at",
    "paused_for", "supplements", "extensions", "ended_at", "returned_at", "channel", "applicant_id", "revision",
    "field_code", "return_channel", "late_reason", "erased_at",
)  # fmt: skip
TASK_COLUMNS = (
    "id", "key", "kind", "name", "role", "state", "unit_code", "unit_path", "assignee_id", "working_minutes",
    "opened_at", "due_at", "warn_at", "closed_at",
)  # fmt: skip
_LOCK = f"SELECT {', '.join(COLUMNS)} FROM dossiers_dossier WHERE uid = %s FOR UPDATE"
_OPEN_TASKS = (
    f"SELECT {', '.join(f'task.{name}' for name in TASK_COLUMNS)} FROM dossiers_task task "
    "JOIN dossiers_dossier dossier ON dossier.id = task.dossier_id "
    "WHERE dossier.uid = %s AND task.closed_at IS NULL ORDER BY task.id"
)
_USED_KEY = (
    "SELECT 1 FROM dossiers_dossier dossier JOIN events_event event ON event.province_id = dossier.province_id "
    "WHERE dossier.uid = %s AND event.type = ANY(%s) AND event.idempotency_key = %s LIMIT 1"
)
_ENTRIES = (
    "SELECT kind, at, data::text FROM dossiers_clockentry WHERE dossier_id = %s AND leg = '' ORDER BY id"
)
_OPEN_TASK = (
    "INSERT INTO dossiers_task (province_id, dossier_id, unit_code, unit_path, key, kind, name, role, state, "
    "assignee_id, working_minutes, opened_at, due_at, warn_at, closed_at, closed_by_id, outcome, note) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
# However a joint step closes, its leg ends with it.
_END_LEG = "UPDATE dossiers_leg SET ended_at = %s WHERE dossier_id = %s AND key = %s AND ended_at IS NULL"
_ADD_ENTRY = "INSERT INTO dossiers_clockentry (dossier_id, leg, kind, at, data) VALUES (%s, %s, %s, %s, %s)"
PERMISSION_OF_KIND: Mapping[str, str] = {
    "reception": may.RECEIVE,
    "assign": may.ASSIGN,
    "process": may.PROCESS,
    "consult": may.PROCESS,
    "joint": may.PROCESS,
    "review": may.APPROVE,
    "approve": may.APPROVE,
    "sign": may.SIGN,
    "issue": may.ISSUE,
    "return": may.RETURN,
}
_TEXTS = frozenset({"note"})  # what people write stays out of the log, which is never changed
Row = dict[str, Any]
_TYPES = list(CODES.values())


class Case:
    """One dossier inside an operation. `row` is the dossier as it will be; `tasks` are its open steps."""

    TASK_SQL = _OPEN_TASK
    ENTRY_SQL = _ADD_ENTRY

    def __init__(self, viewer: Viewer, row: Row, tasks: list[Row], move: Move | None) -> None:
        self.viewer = viewer
        self.row = row
        self.tasks = tasks
        self.move = move
        self.now = now()
        self.changed: Row = {}
        self.closed: list[tuple[Row, Row]] = []
        self.opened: list[Row] = []
        self.entries: list[tuple[str, clocks.Entry]] = []
        self.told: Row = {}
        self.verb = ""
        self.words: Row = {}
        self.slips: dict[str, uuid.UUID] = {}
        self.on_behalf_of: int | None = None
        self.key: str | None = None
        self.beside: list[tuple[str, list[Any]]] = []
        self.papers: list[Row] | None = None
        self.people: dict[int, Applicant] = {}

    # -- reading ------------------------------------------------------------------------------------

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def province_id(self) -> int:
        return int(self.row["province_id"])

    @property
    def status(self) -> Status:
        return Status(self.row["status"])

    @property
    def calendar(self) -> WorkCalendar:
        """The working calendar of the handling unit."""
        return calendar_for(self.province_id, self.row["unit_path"])

    def rules(self, day: dt.date) -> FirstDayRule:
        """The province's first-day rule on a day."""
        return rule_for(self.province_id, day)

    @property
    def plan(self) -> ProcessPlan:
        """The internal process this dossier runs by. Raises DossierRefused dossiers.process.none."""
        if self.row["process_id"] is None:
            raise DossierRefused(
                "process.none",
                _(
                    "Thủ tục {code} chưa có quy trình nội bộ được phê duyệt; hãy phê duyệt quy trình trước khi xử lý."
                ).format(code=self.row["procedure_code"]),
            )
        return process_plan(self.row["process_id"])

    def history(self) -> list[clocks.Entry]:
        """The clock entries written so far, and those of this operation."""
        rows = fetch(_ENTRIES, [self.id])
        return [clocks.Entry(kind, at, json.loads(data)) for kind, at, data in rows] + [
            entry for leg, entry in self.entries if not leg
        ]

    def parameter(self, name: str) -> Any:
        return parameter(self.province_id, name, local(self.now).date())

    def task(self, key: str = "", *, kinds: Sequence[str] = ()) -> Row:
        """The open step with a key; without one, the only open step (of these kinds) that the viewer may do.

        Raises DossierRefused dossiers.step.*.
        """
        found = [
            task
            for task in self.tasks
            if (not key or task["key"] == key) and (not kinds or task["kind"] in kinds)
        ]
        if not key:
            found = [task for task in found if self.may_do(task)] or found
            found = [task for task in found if task["kind"] != "consult"] or found
        if not found:
            raise DossierRefused(
                "step.closed",
                _("Bước này không còn mở; có thể người khác vừa xử lý. Hãy tải lại trang hồ sơ."),
            )
        if len(found) > 1:
            raise DossierRefused(
                "step.which", _("Hồ sơ đang mở nhiều bước song song; hãy nêu rõ bước cần xử lý.")
            )
        return found[0]

    # -- who may ------------------------------------------------------------------------------------

    def paths(self) -> set[str]:
        """The paths of the dossier's units and of the units of its open steps."""
        row = self.row
        return {row["unit_path"], row["received_path"], row["return_path"]} | {
            task["unit_path"] for task in self.tasks
        }

    def seats(self) -> set[str]:
        """The paths of the dossier's units over which the viewer holds a permission of the move where it counts."""
        if self.move is None:
            return set()
        row = self.row
        return held_seats(
            self.move,
            (row["received_path"], row["unit_path"], row["return_path"]),
            is_at_desk(row["status"], [task["kind"] for task in self.tasks]),
            lambda permission, path: self.viewer.may(permission, province=self.province_id, unit_path=path),
        )

    def may_do(self, task: Row) -> bool:
        permission = PERMISSION_OF_KIND[task["kind"]]
        return self.viewer.may(permission, province=self.province_id, unit_path=task["unit_path"])

    def require_task(self, task: Row) -> None:
        """The viewer holds the step's permission in its unit, and the step is theirs, nobody's, or their unit's to
        direct. Raises NotPermitted, DossierRefused dossiers.step.of-another."""
        permission, path = PERMISSION_OF_KIND[task["kind"]], task["unit_path"]
        self.viewer.require(permission, province=self.province_id, unit_path=path)
        if task["assignee_id"] in (None, self.viewer.user_id):
            return
        if not self.viewer.may(may.ASSIGN, province=self.province_id, unit_path=path):
            raise DossierRefused(
                "step.of-another",
                _(
                    "Bước “{step}” đang giao cho người khác. Lãnh đạo đơn vị có thể điều chuyển, hoặc người được giao chuyển bước."
                ).format(step=task["name"]),
            )

    def require_move(self) -> None:
        """One of the permissions of the table's row, over the seat it names."""
        if self.move is None or not self.move.permissions or self.move.seat == "task":
            return
        if not self.seats():
            raise NotPermitted(self.move.permissions[0])

    # -- changing -----------------------------------------------------------------------------------

    def set(self, **values: Any) -> None:
        self.row.update(values)
        self.changed.update(values)

    def add_entry(self, kind: str, *, leg: str = "", at: dt.datetime | None = None, **data: Any) -> None:
        self.entries.append((leg, clocks.Entry(kind, at or self.now, data)))

    def amend_last_entry(self, **data: Any) -> None:
        """Adds to the entry just made what was only known after reckoning with it."""
        leg, entry = self.entries[-1]
        self.entries[-1] = (leg, clocks.Entry(entry.kind, entry.at, {**entry.data, **data}))

    def reckon(self, calendar: WorkCalendar | None = None) -> clocks.Clock:
        """Folds the whole clock and caches its dates on the row."""
        clock = clocks.fold(self.history(), calendar or self.calendar, self.rules)
        values = {
            "promised": clock.promised,
            "legal_due": clock.legal_due,
            "index_due": clock.index_due,
            "paused_at": clock.paused_at,
            "paused_for": clock.paused_for,
            "supplements": clock.supplements,
            "extensions": clock.extensions,
        }
        self.set(**{name: value for name, value in values.items() if self.row[name] != value})
        return clock

    def close_task(self, task: Row, *, state: str = "done", outcome: str = "", note: str = "") -> None:
        values = {
            "state": state,
            "closed_at": self.now,
            "closed_by_id": self.viewer.user_id,
            "outcome": outcome,
            "note": note,
        }
        self.change_task(task, **values)
        if task["kind"] == "joint":
            run(_END_LEG, [self.now, self.id, task["key"]])
            self.add_entry("end", leg=task["key"])
        self.tasks.remove(task)

    def change_task(self, task: Row, **values: Any) -> None:
        task.update(values)
        self.closed.append((task, values))

    def open_step(
        self, step: StepPlan, *, assignee: int | None = None, unit: tuple[str, str] | None = None
    ) -> Row:
        """Opens a step of the plan in its unit; its time runs from now."""
        code, path = unit or self.unit_of(step)
        calendar = calendar_for(self.province_id, path)
        minutes = step.duration.minutes(calendar.day_minutes)
        if self.row["lane"] == "" and step.kind == "reception" and self.row["received_at"]:
            rule = rule_for(self.province_id, local(self.row["received_at"]).date())
            due: dt.datetime | None = hand_over_by(calendar, self.row["received_at"], rule)
        else:
            due = calendar.add_minutes(self.now, minutes) if minutes else None
        return self.open_task(
            key=step.key,
            # a step of the process in which others are asked is worked on like any other; "consult" is the asked unit's
            kind="process" if step.kind == "consult" else step.kind,
            name=step.name,
            role=step.role,
            unit=(code, path),
            minutes=minutes,
            due=due,
            assignee=assignee,
        )

    def open_task(
        self,
        *,
        key: str,
        kind: str,
        name: str,
        role: str,
        unit: tuple[str, str],
        minutes: int,
        due: dt.datetime | None,
        assignee: int | None = None,
    ) -> Row:
        task: Row = {
            "id": None,
            "key": key,
            "kind": kind,
            "name": name,
            "role": role,
            "state": "open",
            "unit_code": unit[0],
            "unit_path": unit[1],
            "assignee_id": assignee,
            "working_minutes": minutes,
            "opened_at": self.now,
            "due_at": due,
            "warn_at": self.warn_at(unit[1], due, minutes),
            "closed_at": None,
        }
        self.opened.append(task)
        self.tasks.append(task)
        return task

    def warn_at(self, unit_path: str, due: dt.datetime | None, minutes: int) -> dt.datetime | None:
        """When to warn of a step: a share of its working time before it is due, or a lead the province has set."""
        if due is None:
            return None
        calendar = calendar_for(self.province_id, unit_path)
        lead: Lead = self.parameter("dossiers.warn_before")
        return calendar.subtract(due, Duration.of_minutes(lead.minutes(minutes, calendar.day_minutes))).at

    def unit_of(self, step: StepPlan) -> tuple[str, str]:
        """Code and path of the unit a step is done in."""
        row = self.row
        if step.place == "receiving":
            return row["received_code"], row["received_path"]
        if step.place == "returning":
            return row["return_code"], row["return_path"]
        if step.place == "unit" and step.unit_code:
            return unit_by_code(self.province_id, step.unit_code)
        return row["unit_code"], row["unit_path"]

    def shift_tasks(self, since: dt.datetime) -> None:
        """What stood still moves the open steps on by the working time that passed."""
        for task in list(self.tasks):
            if task["due_at"] is None or task in self.opened:
                continue
            start = max(since, task["opened_at"])
            if start > task["due_at"]:
                continue
            calendar = calendar_for(self.province_id, task["unit_path"])
            due = calendar.add_minutes(task["due_at"], calendar.minutes_between(start, self.now))
            self.change_task(
                task, due_at=due, warn_at=self.warn_at(task["unit_path"], due, task["working_minutes"])
            )

    def tell(self, verb: str, **words: Any) -> None:
        """Names the event of this operation and the words its sentence needs (codes, never personal data)."""
        self.verb = verb
        self.words = words

    def insert_beside(self, table: str, values: Row, *, once: str = "", replace: Sequence[str] = ()) -> None:
        """One more row of this operation, in the same statement as all the rest; nothing reads it before the end.

        once: the column by which there is one row; of a row already there, the columns of `replace` change.
        """
        self.beside.append((_insertion(table, tuple(values), once, tuple(replace)), list(values.values())))

    def update_beside(self, table: str, values: Row, *, where: Row) -> None:
        """A row of another table changed in the same statement."""
        sql = _update(table, tuple(values), tuple(where))
        self.beside.append((sql, [*values.values(), *where.values()]))

    # -- writing ------------------------------------------------------------------------------------

    def note_steps(self) -> None:
        """`steps` names what is open, for lists."""
        steps = ", ".join(task["name"] for task in self.tasks if task["kind"] != "consult")[:300]
        if steps != self.row["steps"]:
            self.set(steps=steps)

    def payload(self) -> Row:
        told: Row = {"words": self.words, "set": _universal(self.changed)}
        if self.closed or self.opened:
            told["tasks"] = [
                *({"key": task["key"], "set": _universal(values)} for task, values in self.closed),
                *(_universal(task) | {"new": True} for task in self.opened),
            ]
        if self.entries:
            told["clock"] = [
                {"leg": leg, "kind": entry.kind, "at": entry.at.astimezone(dt.UTC), "data": dict(entry.data)}
                for leg, entry in self.entries
            ]
        return told | self.told

    def write(self) -> None:
        """All of it in one statement."""
        self.note_steps()
        self.set(revision=self.row["revision"] + 1)
        event = make_event(
            CODES[self.verb],
            province_id=self.province_id,
            subject=f"dossier:{self.row['uid']}",
            payload=self.payload(),
            actor_id=self.viewer.user_id,
            on_behalf_of_id=self.on_behalf_of,
            unit_code=self.row["unit_code"],
            unit_path=self.row["unit_path"],
            occurred_at=self.now,
            idempotency_key=self.key,
        )
        fresh = [task for task in self.opened if task["id"] is None]
        shape = (
            tuple(self.changed),
            tuple(tuple(values) for task, values in self.closed if task["id"] is not None),
            len(fresh),
            len(self.entries),
            tuple(sql for sql, _values in self.beside),
        )
        parameters: list[Any] = [*self.changed.values(), self.id]
        for task, values in self.closed:
            if task["id"] is not None:
                parameters += [*values.values(), task["id"]]
        for task in fresh:
            parameters += self.task_parameters(task)
        for leg, entry in self.entries:
            parameters += self.entry_parameters(leg, entry)
        for _sql, values in self.beside:
            parameters += values
        parameters += event_parameters(event)
        run(_statement(*shape), parameters)

    def entry_parameters(self, leg: str, entry: clocks.Entry) -> list[Any]:
        return [self.id, leg, entry.kind, entry.at, Jsonb(_json(entry.data))]

    def task_parameters(self, task: Row) -> list[Any]:
        return [
            self.province_id,
            self.id,
            task["unit_code"],
            task["unit_path"],
            task["key"],
            task["kind"],
            task["name"],
            task["role"],
            task["state"],
            task["assignee_id"],
            task["working_minutes"],
            task["opened_at"],
            task["due_at"],
            task["warn_at"],
            task["closed_at"],
            task.get("closed_by_id"),
            task.get("outcome", ""),
            task.get("note", ""),
        ]

    def done(self, *, repeated: bool = False) -> Done:
        """What the operation leaves. Of a move it is asked before `write`, which makes the next revision."""
        row = self.row
        return Done(
            row["uid"],
            row["code"],
            int(row["status"]),
            row["revision"] + (self.move is not None),
            repeated,
            self.slips,
            row["promised"],
        )


def _universal(values: Mapping[str, Any]) -> Row:
    """Instants in UTC: an event says the same moment in one way, whoever wrote it."""
    return {
        name: value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
        for name, value in values.items()
        if name not in _TEXTS
    }


def _json(data: Mapping[str, Any]) -> Row:
    return {
        name: value.isoformat() if isinstance(value, dt.datetime | dt.date) else value
        for name, value in data.items()
    }


@lru_cache(maxsize=512)
def _statement(
    fields: tuple[str, ...],
    tasks: tuple[tuple[str, ...], ...],
    opened: int,
    entries: int,
    beside: tuple[str, ...],
) -> str:
    """The writing statement of one shape of change; a few dozen shapes occur, each prepared once a connection."""
    parts = [f"d AS (UPDATE dossiers_dossier SET {_assign(fields)} WHERE id = %s)"]
    parts += [
        f"t{number} AS (UPDATE dossiers_task SET {_assign(names)} WHERE id = %s)"
        for number, names in enumerate(tasks)
    ]
    parts += [f"o{number} AS ({_OPEN_TASK})" for number in range(opened)]
    parts += [f"c{number} AS ({_ADD_ENTRY})" for number in range(entries)]
    parts += [f"b{number} AS ({sql})" for number, sql in enumerate(beside)]
    return f"WITH {', '.join(parts)} {INSERT_EVENT}"


@lru_cache(maxsize=64)
def _insertion(table: str, names: tuple[str, ...], once: str, replace: tuple[str, ...]) -> str:
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
    if once:
        sql += f" ON CONFLICT ({once}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in replace)}"
    return sql


@lru_cache(maxsize=64)
def _update(table: str, names: tuple[str, ...], where: tuple[str, ...]) -> str:
    return f"UPDATE {table} SET {_assign(names)} WHERE {' AND '.join(f'{name} = %s' for name in where)}"


def _assign(names: Sequence[str]) -> str:
    return ", ".join(f"{name} = %s" for name in names)


# -- opening a case -------------------------------------------------------------------------------


def load(viewer: Viewer, uid: uuid.UUID, key: str | None = None) -> tuple[Case, bool]:
    """The dossier, locked until the transaction ends, with its open steps; and whether the idempotency key was used.

    All in one journey: steps and key are read after the lock is held. An unknown dossier raises NotPermitted.
    """
    asked: list[tuple[str, list[Any]]] = [(_LOCK, [uid]), (_OPEN_TASKS, [uid])]
    if key:
        asked.append((_USED_KEY, [uid, _TYPES, key]))
    rows, open_, *used = fetch_each(asked)
    if not rows:
        raise NotPermitted(may.VIEW)
    row = dict(zip(COLUMNS, rows[0], strict=True))
    case = Case(viewer, row, [dict(zip(TASK_COLUMNS, one, strict=True)) for one in open_], None)
    case.key = key
    return case, bool(used and used[0])


@contextmanager
def opened(
    viewer: Viewer, uid: uuid.UUID, operation: str, idempotency_key: str | None = None
) -> Iterator[Case]:
    """A case under its lock, checked against the state table and the permissions; written when the block ends.

    Raises Repeated when the key was used for this operation before (the caller answers with what was then done),
    DossierRefused, NotPermitted; nothing is written then.
    """
    with transaction.atomic():
        case, is_used = load(viewer, uid, keyed(operation, uid, idempotency_key))
        require_seen(case)
        if is_used:
            raise Repeated(case.done(repeated=True))
        _refuse_erased(case)
        case.move = check(operation, case.row["status"])
        case.require_move()
        yield case
        case.write()


def _refuse_erased(case: Case) -> None:
    if case.row["erased_at"] is not None:
        raise DossierRefused(
            "erased",
            _(
                "Hồ sơ đã hết thời hạn lưu trữ; giấy tờ và dữ liệu cá nhân đã xóa ngày {day} nên không xử lý tiếp được."
            ).format(day=f"{local(case.row['erased_at']):%d/%m/%Y}"),
        )


def require_seen(case: Case) -> None:
    """The viewer belongs to one of the dossier's units; else it does not exist for them."""
    if not any(
        case.viewer.may(permission, province=case.province_id, unit_path=path)
        for path in case.paths()
        for permission in (may.VIEW, may.RECEIVE, may.PROCESS)
    ):
        raise NotPermitted(may.VIEW)


class Repeated(Exception):
    """The idempotency key was used before: `done` is what stands now."""

    def __init__(self, done: Done) -> None:
        super().__init__("repeated")
        self.done = done
