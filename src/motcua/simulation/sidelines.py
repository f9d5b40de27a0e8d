"""What a year holds besides dossiers: petitions and officers' absences, done through the operations either way.

They are few (some two thousand in a whole year) and touch no dossier, so that the bulk way plays them too, in the order
of time and by one worker, instead of learning them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen
from motcua.kernel.ids import drawn_from, uuid7
from motcua.kernel.worktime import to_instant
from motcua.kernel.worktime.instants import date_of_minute
from motcua.modules.dossiers.api import Away, record_absence
from motcua.modules.feedback import api as feedback
from motcua.simulation.absences import PlannedAbsence
from motcua.simulation.acts import DESK, LEADER, WORKER
from motcua.simulation.draws import Draws
from motcua.simulation.ground import Ground
from motcua.simulation.people import Cast, Officer, made_up_name
from motcua.simulation.plan.api import PlannedTicket

_MORNING = 8 * 60
_PUBLISHED_AFTER = 90  # working minutes after the answer
_WORDS: Mapping[str, str] = {
    "conflict": "Hai văn bản quy định khác nhau về cùng một giấy tờ",
    "unfeasible": "Thời hạn nộp bổ sung quá ngắn",
    "burden": "Phải nộp bản sao giấy tờ đã có trong cơ sở dữ liệu",
    "initiative": "Đề xuất gộp hai thủ tục",
    "late-result": "Trả kết quả chậm so với giấy hẹn",
    "extra-papers": "Bị yêu cầu thêm giấy tờ ngoài quy định",
    "guidance": "Hướng dẫn thành phần hồ sơ chưa rõ",
    "system": "Không nộp được hồ sơ trực tuyến",
    "delay": "Không tiếp nhận hồ sơ đúng giờ làm việc",
    "attitude": "Thái độ hướng dẫn tại quầy",
    "wrong": "Thực hiện không đúng quy định",
}
_ANSWER = "Đơn vị đã kiểm tra nội dung và trả lời theo quy định."


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done at a minute; `name` draws its identifiers and tells equal minutes apart."""

    minute: int
    name: str
    do: Callable[[], object]


def month_of(minute: int) -> int:
    """Year and month as one number."""
    day = date_of_minute(minute)
    return day.year * 12 + day.month


@dataclass
class Sidelines:
    """The petitions and absences of a year, ready to be done step by step."""

    ground: Ground
    cast: Cast
    draws: Draws
    tickets: Sequence[PlannedTicket]
    absences: Sequence[PlannedAbsence]
    uids: dict[int, uuid.UUID] = field(default_factory=dict)

    def steps(self) -> list[Step]:
        """In the order of time."""
        found = [*self._absences(), *(step for ticket in self.tickets for step in self._ticket(ticket))]
        return sorted(found, key=lambda step: (step.minute, step.name))

    def do(self, step: Step) -> None:
        with frozen(to_instant(step.minute)), drawn_from(self.draws.stream(step.name)):
            step.do()

    # -- petitions -------------------------------------------------------------------------------------

    def _ticket(self, ticket: PlannedTicket) -> Iterator[Step]:
        def step(place: int, minute: int, do: Callable[[PlannedTicket], object]) -> Step:
            return Step(minute, f"ticket:{ticket.number:06d}:{place}", partial(do, ticket))

        yield step(0, ticket.received, self._receive)
        if ticket.end in ("refused", "transferred"):
            yield step(1, ticket.screened, self._refuse if ticket.end == "refused" else self._transfer)
        elif ticket.end != "received":
            yield step(1, ticket.screened, self._accept)
        if ticket.answered or ticket.end == "assigned":
            yield step(2, ticket.screened, self._assign)
        if ticket.answered:
            yield step(3, ticket.answered, self._answer)
        if ticket.end in ("published", "closed"):
            after = self.ground.rules.sessions.add(ticket.answered, _PUBLISHED_AFTER)
            yield step(4, after, self._publish if ticket.end == "published" else self._close)

    def _officer(self, ticket: PlannedTicket, role: str, minute: int) -> Officer:
        return self.cast.chosen(self.ground.map.at(ticket.office, minute), role, ticket.number, [minute])

    def _uid(self, ticket: PlannedTicket) -> uuid.UUID:
        """The first that is drawn when it is taken in."""
        if ticket.number not in self.uids:
            with (
                frozen(to_instant(ticket.received)),
                drawn_from(self.draws.stream(f"ticket:{ticket.number:06d}:0")),
            ):
                self.uids[ticket.number] = uuid7()
        return self.uids[ticket.number]

    def _receive(self, ticket: PlannedTicket) -> None:
        sender = feedback.Sender(
            made_up_name(ticket.number * 13 + 2), f"098{ticket.number:07d}", "", "Thôn Mẫu Hạ"
        )
        petition = feedback.Petition(
            ticket.kind,  # type: ignore[arg-type]
            ticket.channel,  # type: ignore[arg-type]
            f"{_WORDS[ticket.topic]}. Đề nghị cơ quan xem xét, trả lời.",
            self.ground.map.at(ticket.office, ticket.received),
            sender=sender,
            summary=_WORDS[ticket.topic],
            topic=ticket.topic,
        )
        who = self.cast.viewer(self._officer(ticket, DESK, ticket.received).user_id)
        self.uids[ticket.number] = feedback.receive_ticket(who, self.ground.province, petition).uid

    def _screening(self, ticket: PlannedTicket) -> tuple[Viewer, Province, uuid.UUID]:
        who = self.cast.viewer(self._officer(ticket, LEADER, ticket.screened).user_id)
        return who, self.ground.province, self._uid(ticket)

    def _accept(self, ticket: PlannedTicket) -> None:
        feedback.accept_ticket(*self._screening(ticket))

    def _refuse(self, ticket: PlannedTicket) -> None:
        told = "Nội dung không thuộc phạm vi phản ánh, kiến nghị về quy định, thủ tục."
        feedback.refuse_ticket(*self._screening(ticket), "out-of-scope", told)

    def _transfer(self, ticket: PlannedTicket) -> None:
        feedback.transfer_ticket(*self._screening(ticket), "Bộ quản lý ngành, lĩnh vực")

    def _assign(self, ticket: PlannedTicket) -> None:
        feedback.assign_ticket(*self._screening(ticket), self._worker(ticket))

    def _worker(self, ticket: PlannedTicket) -> int:
        """Whoever got it keeps it when units merge."""
        return self._officer(ticket, WORKER, ticket.screened).user_id

    def _answer(self, ticket: PlannedTicket) -> None:
        who = self.cast.viewer(self._worker(ticket))
        measure = "corrected" if ticket.kind == "conduct" else "explained"
        feedback.answer_ticket(who, self.ground.province, self._uid(ticket), _ANSWER, measure)

    def _ending(self, ticket: PlannedTicket) -> tuple[Viewer, Province, uuid.UUID]:
        minute = self.ground.rules.sessions.add(ticket.answered, _PUBLISHED_AFTER)
        who = self.cast.viewer(self._officer(ticket, LEADER, minute).user_id)
        return who, self.ground.province, self._uid(ticket)

    def _publish(self, ticket: PlannedTicket) -> None:
        words = feedback.Publication(_WORDS[ticket.topic], _ANSWER)
        feedback.publish_ticket(*self._ending(ticket), words)

    def _close(self, ticket: PlannedTicket) -> None:
        feedback.close_ticket(*self._ending(ticket), "Nội dung nêu tên người cụ thể.")

    # -- absences --------------------------------------------------------------------------------------

    def _absences(self) -> Iterator[Step]:
        """Each recorded by the leader of the unit that morning."""
        for absence in self.absences:
            minute = absence.minutes[0] + _MORNING
            yield Step(minute, absence.name, partial(self._away, absence, minute))

    def _away(self, absence: PlannedAbsence, minute: int) -> None:
        units, unit = self.ground.map, absence.unit
        place = units.before.get(unit) if units.merger is not None and minute < units.merger else None
        leader = self.cast.staff[unit][LEADER][0].user_id
        away = Away(absence.user_id, absence.first, absence.last, absence.reason)
        where = (unit, (place or units.places[unit]).path)
        record_absence(self.cast.viewer(leader), self.ground.province, where, away)
