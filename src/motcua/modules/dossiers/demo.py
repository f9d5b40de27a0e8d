"""Demonstration dossiers: made through the operations themselves, by the cast, at moments of recent weeks.

Every applicant is made up. Nothing is written when the province has dossiers already.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from motcua.engine.accounts.api import User
from motcua.engine.files.api import store
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import VIETNAM, FrozenClock, frozen, now, today
from motcua.modules.catalogue.api import (
    Approval,
    approve_process,
    forget_processes,
    load_starter,
    procedures_in_force,
    process_for,
    save_process_draft,
)
from motcua.modules.catalogue.data import ProcessPlan, StepLink, StepPlan
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import Filing, HandedPaper, Handover, ResultDraft
from motcua.modules.dossiers.models import Dossier, Task
from motcua.modules.dossiers.units import forget_units
from motcua.reference.applicants.api import Applicant, load_demo_applicants
from motcua.reference.calendars.api import calendar_for
from motcua.reference.organisations.api import UnitInfo, find_unit
from motcua.reference.people.api import Installer, demo_cast

WARD, DEPARTMENT, CENTRE = "ward", "department", "centre"
_CAST = {
    WARD: {
        "reception": "tiepnhan", "return": "tiepnhan", "process": "thulyxa", "consult": "thulyxa", "joint": "thulyxa",
        "assign": "lanhdaoxa", "review": "lanhdaoxa", "approve": "lanhdaoxa", "sign": "lanhdaoxa", "issue": "vanthuxa",
    },
    DEPARTMENT: {
        "process": "thuly", "consult": "thuly", "joint": "thuly", "assign": "truongphong", "review": "truongphong",
        "approve": "truongphong", "sign": "giamdoc", "issue": "vanthu",
    },
    CENTRE: {"reception": "tiepnhantinh", "return": "tiepnhantinh"},
}  # fmt: skip
MARRIAGE, CORRECTION, SHOP, HOUSE = "1.004873", "1.004859", "1.001612", "1.013225"
RESIDENCE, FUNERAL, DISABILITY = "1.004194", "1.014028", "1.001653"
WORK_PERMIT, WORK_PERMIT_AGAIN, LABOUR_RULES = "1.014199", "1.014200", "2.001955"
JOINT_DECISION = "MẪU-01/QĐ-UBND"
_HOUR = 60


class _TooLate(Exception):
    """The story has reached the present: what has not happened yet does not happen."""


class Story:
    """One dossier told from its filing on: the clock moves in working time, the cast act."""

    def __init__(self, stage: Stage, clock: FrozenClock) -> None:
        self.stage = stage
        self.clock = clock
        self.uid = uuid.UUID(int=0)

    def file(
        self,
        code: str,
        *,
        receiving: str = WARD,
        handling: str = WARD,
        only_registered: bool = False,
        **more: object,
    ) -> None:
        stage = self.stage
        desk = stage.viewer(receiving, "reception")
        papers = (
            HandedPaper("Tờ khai theo mẫu", file_id=stage.scan_of(desk)),
            HandedPaper("Giấy tờ tùy thân", originals=0, source="Cơ sở dữ liệu quốc gia về dân cư"),
            HandedPaper("Giấy tờ chứng minh kèm theo", originals=0, copies=1),
        )
        filing = Filing(
            procedure_code=code,
            applicant=stage.next_applicant().uid,
            receiving=stage.units[receiving].code,
            handling=stage.units[handling].code,
            papers=papers,
            **more,  # type: ignore[arg-type]
        )
        if only_registered:
            self.uid = api.register_dossier(desk, stage.province, filing).uid
        else:
            self.uid = api.file_dossier(desk, stage.province, filing).uid

    def later(self, minutes: int = 3 * _HOUR) -> None:
        """Working time passes. Raises _TooLate at the present."""
        moment = self.stage.calendar.add_minutes(now(), minutes)
        if moment >= self.stage.present:
            raise _TooLate
        self.clock.move_to(moment)

    def days(self, count: float) -> None:
        self.later(int(count * 8 * _HOUR))

    @property
    def dossier(self) -> Dossier:
        return Dossier.objects.get(uid=self.uid)

    def open(self, kind: str = "") -> Task:
        rows = Task.objects.filter(dossier__uid=self.uid, closed_at__isnull=True).order_by("pk")
        return rows.filter(kind=kind)[0] if kind else rows.exclude(kind="consult")[0]

    def as_(self, kind: str, unit: str = "") -> Viewer:
        """Who does steps of a kind in the unit that handles the dossier, or in a unit named."""
        return self.stage.viewer(unit or self.stage.name_of(self.dossier.unit_code), kind)

    def step(self, *, favourable: bool = True) -> str:
        """The open step is done by whom it belongs to; returns its kind."""
        task = self.open()
        who = self.stage.viewer(self.stage.name_of(task.unit_code), task.kind)
        if task.kind in ("approve", "review"):
            api.approve_dossier(who, self.uid, step=task.key)
        elif task.kind == "sign":
            api.sign_dossier(who, self.uid, step=task.key)
        elif task.kind == "return":
            api.return_result(who, self.uid, Handover("counter", self.dossier.applicant_name))
        elif task.kind == "process":
            api.submit_dossier(who, self.uid, self.draft(favourable, who), step=task.key)
        elif task.kind == "assign":
            worker = self.stage.viewer(self.stage.name_of(task.unit_code), "process")
            api.forward_dossier(who, self.uid, step=task.key, assignee=worker.user_id)
        else:
            api.forward_dossier(who, self.uid, step=task.key)
        return task.kind

    def draft(self, favourable: bool, who: Viewer) -> ResultDraft:
        if favourable:
            summary = "Hồ sơ đủ điều kiện; đề nghị cấp."
            return ResultDraft("Kết quả theo quy định của thủ tục", True, summary, self.stage.scan_of(who))
        return ResultDraft(
            "Văn bản trả lời không đủ điều kiện", False, "Chưa đáp ứng điều kiện theo quy định."
        )

    def until(self, *kinds: str, every: int = 2 * _HOUR) -> None:
        """Steps on until the open step is of one of these kinds."""
        while self.open().kind not in kinds:
            self.later(every)
            self.step()

    def finish(self, every: int = 2 * _HOUR) -> None:
        """Through to the result handed over."""
        self.until("return", every=every)
        self.later(every)
        self.step()


class Stage:
    """What all the stories share: the province, its three units, the cast, applicants, one scan."""

    def __init__(self, province: Province) -> None:
        self.province = province
        self.present = now()
        self.units: dict[str, UnitInfo] = {}
        homes = {member.username: member.unit for member in demo_cast().members}
        for seat, cast in _CAST.items():
            unit = find_unit(province, homes[next(iter(cast.values()))])
            if unit is None:
                raise LookupError(seat)
            self.units[seat] = unit
        self.calendar = calendar_for(province.pk, self.units[WARD].path)
        accounts = {name for cast in _CAST.values() for name in cast.values()}
        self.viewers = {user.username: Viewer(user) for user in User.objects.filter(username__in=accounts)}
        self.people = _people(province)
        self._scans: dict[int | None, int] = {}

    def scan_of(self, viewer: Viewer) -> int:
        """The sample scan as a file of this person's; its content is kept once."""
        if viewer.user_id not in self._scans:
            kept = store(_scan(), name="to-khai.pdf", province=self.province, viewer=viewer)
            self._scans[viewer.user_id] = kept.pk
        return self._scans[viewer.user_id]

    def viewer(self, unit: str, kind: str) -> Viewer:
        return self.viewers[_CAST[unit][kind]]

    def name_of(self, code: str) -> str:
        return next(name for name, unit in self.units.items() if unit.code == code)

    def next_applicant(self) -> Applicant:
        return next(self.people)

    @contextmanager
    def story(self, days_ago: int, hour: int = 9, minute: int = 0) -> Iterator[Story]:
        """A story that begins so many working days ago."""
        day = self.calendar.working_day_on_or_after(today() - dt.timedelta(days=days_ago * 7 // 5))
        moment = dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM)
        moment = min(moment, self.present - dt.timedelta(minutes=5))
        with frozen(moment) as clock:
            try:
                yield Story(self, clock)
            except _TooLate:
                return


def _people(province: Province) -> Iterator[Applicant]:
    people = load_demo_applicants(province)
    while True:
        yield from people


def load_demo_dossiers(province: Province) -> int:
    """About sixty dossiers in every state, over recent weeks; returns how many were made (0: there were some).

    Needs the cast (`people.load_cast`); loads applicants and the starter catalogue when they are missing.
    """
    if Dossier.objects.filter(province=province).exists():
        return 0
    load_starter(province, fill=False)
    stage = Stage(province)
    _joint_process(stage)
    for tell in (*_SINGLE, *_MANY):
        tell(stage)
    forget_units()
    return Dossier.objects.filter(province=province).count()


# -- the stories ------------------------------------------------------------------------------------


def _registered(stage: Stage) -> None:
    for channel, origin, ago in ((2, "portal", 1), (2, "portal", 0), (3, "post", 1)):
        with stage.story(ago, 8) as story:
            story.file(MARRIAGE, channel=channel, origin=origin, only_registered=True)


def _refused(stage: Stage) -> None:
    with stage.story(6) as story:
        story.file(CORRECTION, only_registered=True, channel=2, origin="portal")
        story.later(60)
        api.refuse_dossier(story.as_("reception"), story.uid, "Không thuộc thẩm quyền giải quyết của phường.")


def _supplement(stage: Stage) -> None:
    with stage.story(5) as story:
        story.file(HOUSE)
        story.until("process")
        story.later()
        wanted = ["Bản vẽ thiết kế xây dựng có chữ ký của chủ nhà", "Bản sao giấy tờ về quyền sử dụng đất"]
        api.request_supplement(
            story.as_("process"), story.uid, wanted, "Bản vẽ thiếu mặt cắt; thiếu giấy tờ đất."
        )
    with stage.story(9) as story:
        story.file(SHOP)
        story.until("process")
        api.request_supplement(
            story.as_("process"), story.uid, ["Giấy tờ về địa điểm kinh doanh"], "Thiếu giấy tờ."
        )
        story.days(2)
        api.take_supplement(
            story.as_("reception"), story.uid, [HandedPaper("Hợp đồng thuê địa điểm", copies=1, originals=0)]
        )
        story.finish()


def _payment(stage: Stage) -> None:
    with stage.story(7) as story:
        story.file(HOUSE)
        story.until("process")
        story.later()
        api.pause_for_payment(story.as_("process"), story.uid, "Phí cấp phép")


def _system(stage: Stage) -> None:
    with stage.story(2) as story:
        story.file(RESIDENCE)
        story.until("process")
        api.wait_for_system(story.as_("process"), story.uid, "Cơ sở dữ liệu quốc gia về dân cư")


def _late(stage: Stage) -> None:
    with stage.story(12) as story:
        story.file(CORRECTION)
        story.until("process")
        story.days(6)
        api.apologise(
            story.as_("sign"), story.uid, "Phải xác minh tại nơi đăng ký trước đây.", cause="verification"
        )
    for ago in (7, 9):
        with stage.story(ago) as story:
            story.file(MARRIAGE)
            story.until("process")
    with stage.story(14) as story:
        story.file(WORK_PERMIT_AGAIN, receiving=CENTRE, handling=DEPARTMENT)
        story.until("process")
        story.later()
        api.claim_step(story.as_("process"), story.uid)
        story.days(6)
        api.record_late_reason(story.as_("process"), story.uid, "load")


def _extended(stage: Stage) -> None:
    with stage.story(7) as story:
        story.file(LABOUR_RULES, receiving=CENTRE, handling=DEPARTMENT)
        story.until("process")
        story.days(1)
        promised = story.dossier.promised
        assert promised is not None
        new = stage.calendar.add_minutes(promised, 3 * 8 * _HOUR)
        api.extend_dossier(
            story.as_("assign"), story.uid, new, "Nội quy dài, cần rà soát thêm.", cause="load"
        )


def _consulting(stage: Stage) -> None:
    with stage.story(4) as story:
        story.file(HOUSE)
        story.until("process")
        story.later()
        due = stage.calendar.add_minutes(now(), 3 * 8 * _HOUR)
        question = "Đề nghị cho ý kiến về đối tượng được miễn phí cấp phép."
        api.consult_units(story.as_("process"), story.uid, [stage.units[DEPARTMENT].code], question, due)


def _joint(stage: Stage) -> None:
    for ago in (3, 2):
        with stage.story(ago) as story:
            story.file(FUNERAL)
            story.until("joint")


def _elsewhere(stage: Stage) -> None:
    """Filed at a ward for a department that alone is competent: three units, one promise."""
    with stage.story(2) as story:
        story.file(WORK_PERMIT, receiving=WARD, handling=DEPARTMENT)
        story.until("process")
    with stage.story(8) as story:
        story.file(LABOUR_RULES, receiving=WARD, handling=DEPARTMENT)
        story.until("return")


def _ended(stage: Stage) -> None:
    with stage.story(5) as story:
        story.file(DISABILITY)
        story.until("process")
        story.later()
        api.withdraw_dossier(story.as_("reception"), story.uid, "Người nộp đã chuyển nơi ở.")
    with stage.story(11) as story:
        story.file(DISABILITY)
        story.until("process")
        story.later()
        api.stop_dossier(story.as_("sign"), story.uid, "Người nộp không phối hợp xác minh sau nhiều lần mời.")
    with stage.story(10) as story:
        story.file(CORRECTION)
        story.until("process")
        story.later()
        api.refuse_dossier(story.as_("process"), story.uid, "Không đủ điều kiện cải chính theo quy định.")


def _sent_back(stage: Stage) -> None:
    with stage.story(2) as story:
        story.file(SHOP)
        story.until("sign")
        story.later(60)
        task = story.open("sign")
        earlier = Task.objects.filter(dossier__uid=story.uid, kind="process").latest("pk")
        api.return_step(
            story.as_("sign"), story.uid, earlier.key, "Bổ sung ngành nghề vào dự thảo.", step=task.key
        )


def _at(code: str, kind: str, agos: tuple[int, ...], **where: str) -> Callable[[Stage], None]:
    """Dossiers of a procedure that wait at a step of a kind."""

    def tell(stage: Stage) -> None:
        for position, ago in enumerate(agos):
            with stage.story(ago, 8 + position % 3, position * 7 % 60) as story:
                story.file(code, **where)  # type: ignore[arg-type]
                story.until(kind, every=60)

    return tell


def _done(code: str, agos: tuple[int, ...], **where: str) -> Callable[[Stage], None]:
    """Dossiers of a procedure whose result was handed over."""

    def tell(stage: Stage) -> None:
        for position, ago in enumerate(agos):
            with stage.story(ago, 8 + position % 3, position * 11 % 60) as story:
                story.file(code, **where)  # type: ignore[arg-type]
                story.finish(every=90)

    return tell


_SINGLE = (
    _registered, _refused, _supplement, _payment, _system, _late, _extended, _consulting, _joint, _elsewhere, _ended,
    _sent_back,
)  # fmt: skip
_PROVINCIAL = {"receiving": CENTRE, "handling": DEPARTMENT}
_MANY = (
    _at(MARRIAGE, "process", (1, 1, 0)),
    _at(SHOP, "process", (2, 1)),
    _at(HOUSE, "assign", (1, 0)),
    _at(CORRECTION, "sign", (2, 1, 1)),
    _at(RESIDENCE, "sign", (2, 1)),
    _at(HOUSE, "issue", (4,)),
    _at(MARRIAGE, "return", (3, 2)),
    _at(WORK_PERMIT, "process", (3, 2, 1), **_PROVINCIAL),
    _at(LABOUR_RULES, "sign", (4, 3), **_PROVINCIAL),
    _at(WORK_PERMIT_AGAIN, "return", (4,), **_PROVINCIAL),
    _at(WORK_PERMIT, "reception", (0,), **_PROVINCIAL),
    _done(MARRIAGE, (20, 17, 15, 12)),
    _done(SHOP, (22, 18, 14)),
    _done(RESIDENCE, (19, 13)),
    _done(WORK_PERMIT_AGAIN, (24, 16), **_PROVINCIAL),
)


# -- a joint process ----------------------------------------------------------------------------------


def _joint_process(stage: Stage) -> None:
    """A process with parallel legs to two departments, approved for the demonstration two months ago."""
    province, department = stage.province, stage.units[DEPARTMENT]
    finance = find_unit(province, "Sở Tài chính")
    steps = (
        StepPlan("1", 1, "reception", "Tiếp nhận hồ sơ", "reception-officer", "receiving", quarters=1),
        StepPlan("2", 2, "process", "Kiểm tra, lập danh sách đề nghị", "processing-officer", quarters=4),
        StepPlan("3a", 3, "joint", "Thẩm định đối tượng", "processing-officer", "unit", department.code, quarters=4, leg_limit="1 ngày làm việc"),
        *([StepPlan("3b", 4, "joint", "Xác nhận nguồn kinh phí", "processing-officer", "unit", finance.code, quarters=4, leg_limit="1 ngày làm việc")] if finance else []),
        StepPlan("4", 5, "sign", "Ký quyết định", "unit-leader", quarters=2, waits_for_all=True),
        StepPlan("5", 6, "return", "Trả kết quả", "reception-officer", "returning"),
    )  # fmt: skip
    legs = [step.key for step in steps if step.kind == "joint"]
    links = [StepLink("1", "2"), *(StepLink("2", key) for key in legs), *(StepLink(key, "4") for key in legs)]
    links.append(StepLink("4", "5"))
    day = today() - dt.timedelta(days=60)
    with frozen(day):
        if process_for(province, FUNERAL, day) is None:
            return
        procedure = procedures_in_force(province, day).get(code=FUNERAL)
        name = "Hỗ trợ chi phí mai táng (quy trình liên thông mẫu)"
        plan = ProcessPlan(0, uuid.UUID(int=0), FUNERAL, "", name, steps, tuple(links))
        version = save_process_draft(Installer(), procedure, plan)
        approval = Approval(JOINT_DECISION, day, "Chủ tịch Ủy ban nhân dân")
        approve_process(Installer(), version, approval, day, looked_at=True)
    forget_processes()


def _scan() -> bytes:
    """A one-page PDF that says it is a sample."""
    text = b"BT /F1 24 Tf 72 700 Td (Ban quet mau - khong co gia tri) Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
    return bytes(out)
