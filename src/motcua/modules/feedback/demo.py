"""Demonstration petitions and ratings: made through the operations themselves, by the cast, at moments of recent weeks.

Every sender is made up. Nothing is written when the province has petitions already.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import VIETNAM, frozen, now
from motcua.modules.dossiers.api import DossierRef, ended_refs
from motcua.modules.feedback import api
from motcua.modules.feedback import permissions as may
from motcua.modules.feedback.data import Petition, Publication, RatingDraft, Sender
from motcua.modules.feedback.models import Ticket

_SENDERS = (
    Sender("Nguyễn Văn Mẫu Một", "0900000101", "", "Tổ dân phố Mẫu 1"),
    Sender("Trần Thị Mẫu Hai", "0900000102", "mau.hai@example.vn", "Thôn Mẫu 2"),
    Sender("Công ty TNHH Mẫu Ba", "0900000103", "mau.ba@example.vn", "Khu công nghiệp Mẫu"),
    Sender(),
)
# (days ago, kind, channel, topic, summary, how far it went)
_WARD_STORIES = (
    (40, "conduct", "app", "attitude", "Thái độ hướng dẫn tại quầy", "published"),
    (35, "regulation", "portal", "burden", "Đề nghị bỏ bản sao giấy tờ đã số hóa", "published"),
    (33, "service", "phone", "late-result", "Trả kết quả chậm so với giấy hẹn", "closed"),
    (30, "service", "direct", "guidance", "Hướng dẫn thành phần hồ sơ chưa rõ", "answered-late"),
    (28, "conduct", "portal", "harassment", "Yêu cầu đi lại nhiều lần", "overdue"),
    (20, "service", "portal", "system", "Không nộp được hồ sơ trực tuyến", "reopened"),
    (9, "regulation", "post", "conflict", "Hai văn bản quy định khác nhau", "forwarded"),
    (7, "conduct", "direct", "delay", "Không tiếp khi đến giờ làm việc", "clarifying"),
    (5, "service", "email", "extra-papers", "Yêu cầu thêm giấy tờ", "assigned"),
    (4, "conduct", "form", "", "Phiếu góp ý không có tên người gửi", "refused"),
    (2, "service", "app", "late-result", "Hỏi tiến độ hồ sơ", "received"),
)
_DEPARTMENT_STORIES = (
    (36, "regulation", "portal", "unfeasible", "Thời hạn giải quyết quá dài", "published"),
    (25, "regulation", "transferred", "initiative", "Đề xuất gộp hai thủ tục", "answered"),
    (12, "service", "portal", "guidance", "Mẫu đơn trên cổng chưa cập nhật", "assigned"),
    (6, "conduct", "phone", "attitude", "Chậm trả lời điện thoại", "accepted"),
)
_LEVELS = ("very-satisfied", "satisfied", "very-satisfied", "satisfied", "neutral", "dissatisfied")
_RATED = 60


class _Unit:
    """Who plays in a unit: desk, screener, leader, officer, by the names of the cast."""

    def __init__(self, desk: str, screener: str, leader: str, officer: str) -> None:
        self.desk, self.screener = _viewer(desk), _viewer(screener)
        self.leader, self.officer = _viewer(leader), _viewer(officer)

    @property
    def code(self) -> str:
        return next(held.unit_code for held in self.leader.grants if may.ANSWER in held.permissions)


def _viewer(username: str) -> Viewer:
    return Viewer(User.objects.get(username=username))


def load_demo_feedback(province: Province) -> int:
    """Tells the petitions and rates ended dossiers; returns how many petitions were made, 0 when there were any."""
    if Ticket.objects.filter(province=province).exists():
        return 0
    ward = _Unit("tiepnhan", "lanhdaoxa", "lanhdaoxa", "thulyxa")
    department = _Unit("tiepnhantinh", "truongphong", "truongphong", "thuly")
    senders = cycle(_SENDERS)
    _petitions(province, ward, department, senders)
    _ratings(province)
    return Ticket.objects.filter(province=province).count()


def _petitions(province: Province, ward: _Unit, department: _Unit, senders: Iterator[Sender]) -> None:
    desk_code = next(held.unit_code for held in department.desk.grants if may.RECEIVE in held.permissions)
    for story in _WARD_STORIES:
        _tell(province, ward, ward.code, story, next(senders), department.code)
    for story in _DEPARTMENT_STORIES:
        _tell(province, department, desk_code, story, next(senders), ward.code)


def _tell(
    province: Province,
    unit: _Unit,
    receiving: str,
    story: tuple[int, str, str, str, str, str],
    sender: Sender,
    other: str,
) -> None:
    ago, kind, channel, topic, summary, end = story
    with _ago(ago):
        petition = Petition(
            kind,  # type: ignore[arg-type]
            channel,  # type: ignore[arg-type]
            f"Nội dung mẫu: {summary.lower()}.",
            receiving,
            "" if receiving == unit.code else unit.code,
            Sender() if end == "refused" else sender if not sender.anonymous else _SENDERS[0],
            summary,
            topic,
        )
        uid = api.receive_ticket(unit.desk, province, petition).uid
    if end != "received":
        _screen(province, unit, uid, ago - 1, end, other)
    if end in ("assigned", "clarifying", "answered", "answered-late", "published", "closed", "reopened"):
        _work(province, unit, uid, ago - 2, end)


def _screen(province: Province, unit: _Unit, uid: uuid.UUID, ago: int, end: str, other: str) -> None:
    with _ago(ago):
        if end == "refused":
            api.refuse_ticket(unit.screener, province, uid, "no-identity", "Phiếu không có tên, địa chỉ.")
        elif end == "forwarded":
            api.forward_ticket(unit.screener, province, uid, other, "Thuộc thẩm quyền của sở.")
        else:
            api.accept_ticket(unit.screener, province, uid)


def _work(province: Province, unit: _Unit, uid: uuid.UUID, ago: int, end: str) -> None:
    with _ago(ago):
        api.assign_ticket(unit.leader, province, uid, unit.officer.user_id or 0)
        if end == "clarifying":
            api.ask_sender(unit.officer, province, uid, "Đề nghị cho biết ngày, giờ đến làm việc.")
    if end in ("assigned", "clarifying"):
        return
    with _ago(1 if end == "answered-late" else ago - 5):
        api.answer_ticket(unit.officer, province, uid, "Nội dung trả lời mẫu.", "explained")
    with _ago(ago - 6 if end in ("published", "closed", "reopened") else 0):
        if end == "published":
            api.publish_ticket(
                unit.leader, province, uid, Publication("Câu hỏi mẫu?", "Câu trả lời mẫu.")
            )  # fmt: skip
        elif end == "closed":
            api.close_ticket(unit.leader, province, uid, "Nội dung nêu tên người cụ thể.")
        elif end == "reopened":
            api.reopen_ticket(unit.leader, province, uid, "Người gửi chưa đồng ý với nội dung trả lời.")


@contextmanager
def _ago(days: int) -> Iterator[None]:
    """The morning of a day some days ago; the present for 0."""
    present = now()
    moment = present - dt.timedelta(days=days)
    if days:
        moment = moment.astimezone(VIETNAM).replace(hour=9, minute=0, second=0, microsecond=0)
    with frozen(moment):
        yield


def _ratings(province: Province) -> None:
    """Ended dossiers are rated an hour later by those who hold their receipts, as the desk records it."""
    desks = [_viewer(name) for name in ("tiepnhan", "tiepnhantinh")]
    present, levels = now(), cycle(_LEVELS)
    for dossier in ended_refs(province, _RATED):
        desk = next((one for one in desks if _may_record(one, dossier)), None)
        moment = dossier.ended_at + dt.timedelta(hours=1) if dossier.ended_at else present
        if desk is None or moment >= present:
            continue
        level = next(levels)
        points = {"very-satisfied": 2, "satisfied": 1}.get(level, 1)
        scores = {"time": points, "contacts": points, "publicity": 2, "attitude": points}
        reasons = ("late", "manner") if level == "dissatisfied" else ()
        with frozen(moment):
            draft = RatingDraft("handling", level, scores, reasons)
            api.record_rating(desk, province, dossier.code, draft)


def _may_record(viewer: Viewer, dossier: DossierRef) -> bool:
    return any(
        viewer.may(may.RATINGS_RECORD, province=dossier.province_id, unit_path=path)
        for _code, path in (dossier.receiving, dossier.handling, dossier.returning)
    )
