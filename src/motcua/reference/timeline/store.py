"""Between the ledger and the tables: reads a province's ledger, writes what changed in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.kernel.text import collation_key, search_key
from motcua.reference.timeline.data import Change, Decision, Link, State, Version
from motcua.reference.timeline.ledger import Ledger, Written


@dataclass(frozen=True, slots=True)
class Store:
    """The concrete tables of one timeline and the columns of their own (`details`)."""

    subject: Any
    version: Any
    change: Any
    link: Any
    details: tuple[str, ...]

    def lock(self, province: Province) -> None:
        """Changes of one province wait for each other; must be called inside a transaction."""
        Province.objects.select_for_update().only("pk").get(pk=province.pk)

    def ledger(self, province: Province) -> Ledger:
        """All versions and links of a province."""
        rows = self.version.objects.filter(province=province).order_by("valid_from")
        columns = ("id", "name", "kind", "level", "code", "path", "valid_from", "valid_to")
        ends = ("subject__uid", "parent__uid", "opened_by__uid", "closed_by__uid")
        versions = [self._version(row) for row in rows.values(*columns, *ends, *self.details)]
        return Ledger(versions, self.links(province))

    def _version(self, row: dict[str, Any]) -> Version:
        details = {name: row[name] for name in self.details}
        state = State(row["name"], row["kind"], row["level"], row["code"], row["parent__uid"], details)
        return Version(
            row["subject__uid"],
            state,
            row["path"],
            row["valid_from"],
            row["opened_by__uid"],
            row["valid_to"],
            row["closed_by__uid"],
            row["id"],
        )

    def links(self, province: Province) -> list[Link]:
        """All links of a province, in order of time."""
        rows = self.link.objects.filter(province=province).order_by("change__effective_on", "pk")
        columns = ("change__uid", "change__effective_on", "predecessor__uid", "successor__uid")
        shares = ("share_numerator", "share_denominator", "basis")
        return [
            Link(uid, day, before, after, Fraction(top, bottom), basis)
            for uid, day, before, after, top, bottom, basis in rows.values_list(*columns, *shares)
        ]

    def changes(self, province: Province) -> Any:
        """The changes of a province, the latest first."""
        return self.change.objects.filter(province=province).order_by("-effective_on", "-pk")

    def save(self, province: Province, ledger: Ledger) -> None:
        """Writes what changed since the ledger was read; inside the caller's transaction."""
        written, ledger.written = ledger.written, Written()
        self._remove(province, written)
        changes = self._insert_changes(province, written)
        self._move_ends(written, changes)
        self.subject.objects.filter(uid__in=written.unfounded).delete()
        self.subject.objects.bulk_create(
            [self.subject(province=province, uid=uid) for uid in written.founded], batch_size=1000
        )
        self._insert_versions(province, written, changes)
        self._insert_links(province, written, changes)

    def mark_undone(self, change: Change, reason: str) -> None:
        """An undone change stays in the book."""
        self.change.objects.filter(uid=change.uid).update(undone_at=now(), undone_reason=reason)

    def _remove(self, province: Province, written: Written) -> None:
        self.version.objects.filter(pk__in=[v.row_id for v in written.removed if v.row_id]).delete()
        self.link.objects.filter(province=province, change__uid__in=written.unlinked).delete()

    def _insert_changes(self, province: Province, written: Written) -> dict[uuid.UUID, int]:
        moment = now()
        rows = [
            self.change(
                province=province,
                uid=change.uid,
                kind=change.kind,
                number=change.decision.number,
                signed_on=change.decision.signed_on,
                effective_on=change.decision.effective_on,
                title=change.decision.title,
                recorded_at=moment,
            )
            for change in {change.uid: change for change in written.changes}.values()
        ]
        return {row.uid: row.pk for row in self.change.objects.bulk_create(rows, batch_size=1000)}

    def _move_ends(self, written: Written, changes: dict[uuid.UUID, int]) -> None:
        stored = [version for version in written.ended if version.row_id is not None]
        for version in stored:
            self.version.objects.filter(pk=version.row_id).update(
                valid_to=version.valid_to,
                closed_by_id=changes[version.closed_by] if version.closed_by else None,
            )

    def _insert_versions(self, province: Province, written: Written, changes: dict[uuid.UUID, int]) -> None:
        live = [version for version in written.opened if version.row_id is None]
        uids = {v.subject for v in live} | {v.state.parent for v in live if v.state.parent}
        subjects = ids_of(self.subject, uids)
        rows = [self._row(province, version, subjects, changes) for version in live]
        for version, row in zip(live, self.version.objects.bulk_create(rows, batch_size=500), strict=True):
            version.row_id = row.pk

    def _row(
        self,
        province: Province,
        version: Version,
        subjects: dict[uuid.UUID, int],
        changes: dict[uuid.UUID, int],
    ) -> Any:
        state = version.state
        return self.version(
            province=province,
            subject_id=subjects[version.subject],
            parent_id=subjects[state.parent] if state.parent else None,
            opened_by_id=changes[version.opened_by],
            closed_by_id=changes[version.closed_by] if version.closed_by else None,
            valid_from=version.valid_from,
            valid_to=version.valid_to,
            name=state.name,
            kind=state.kind,
            level=state.level,
            code=state.code,
            path=version.path,
            search=search_key(f"{state.name} {state.code}"),
            sort_key=collation_key(state.name),
            **state.details,
        )

    def _insert_links(self, province: Province, written: Written, changes: dict[uuid.UUID, int]) -> None:
        subjects = ids_of(
            self.subject, {uid for link in written.linked for uid in (link.predecessor, link.successor)}
        )
        self.link.objects.bulk_create(
            [
                self.link(
                    province=province,
                    change_id=changes[link.change],
                    predecessor_id=subjects[link.predecessor],
                    successor_id=subjects[link.successor],
                    share_numerator=link.share.numerator,
                    share_denominator=link.share.denominator,
                    basis=link.basis,
                )
                for link in written.linked
            ],
            batch_size=1000,
        )


def change_of(row: Any) -> Change:
    """A change as data, from its row."""
    return Change(row.uid, row.kind, Decision(row.number, row.effective_on, row.signed_on, row.title))


def ids_of(model: Any, uids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Row numbers by public identifier."""
    return dict(model.objects.filter(uid__in=set(uids)).values_list("uid", "pk"))
