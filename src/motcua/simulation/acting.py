"""Acts done through the operations of the room of dossiers, by the officers whose turn it is; `doings.py` has those of
other rooms."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from motcua.engine.permissions.api import Viewer
from motcua.kernel.clock import frozen, now
from motcua.kernel.ids import drawn_from, uuid7
from motcua.kernel.worktime import to_instant
from motcua.kernel.worktime.instants import to_minute
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import Done, Filing, HandedPaper, Handover, Origin, ResultDraft
from motcua.simulation.acts import ASKED, DESK, WORKER, Act, Extra
from motcua.simulation.doings import DOINGS, Aside
from motcua.simulation.draws import Draws
from motcua.simulation.ground import Ground
from motcua.simulation.people import Cast, Entered, Officer, applicant_draft
from motcua.simulation.story import Story

_CHANNELS = {"counter": 1, "online": 2, "post": 3}
_ORIGINS: Mapping[str, Origin] = {"counter": "counter", "online": "portal", "post": "post"}
GRANTED = ResultDraft("Kết quả theo quy định của thủ tục", True, "Hồ sơ đủ điều kiện; đề nghị cấp.")
REFUSED = ResultDraft("Văn bản trả lời không đủ điều kiện", False, "Chưa đáp ứng điều kiện theo quy định.")
SYSTEM = "Cơ sở dữ liệu quốc gia về dân cư"
ASKED_FOR = "Bản sao giấy tờ chứng minh"


@dataclass
class Player:
    """Plays stories on one ground; `uids` holds the dossiers begun."""

    ground: Ground
    cast: Cast
    applicants: list[Entered]
    draws: Draws
    uids: dict[int, uuid.UUID] = field(default_factory=dict)

    def play(self, story: Story, place: int) -> None:
        """Does the story's act at a place, at its minute, with the identifiers of its number."""
        act = story.acts[place]
        with (
            frozen(to_instant(act.minute)),
            drawn_from(self.draws.stream(f"{story.number}:{place}")),
        ):
            done = _VERBS[act.verb](_Turn(self, story, act))
        self.uids[story.number] = done.uid

    def play_extra(self, story: Story, extra: Extra) -> None:
        """Does what another room does at that minute, with identifiers of its own."""
        with (
            frozen(to_instant(extra.minute)),
            drawn_from(self.draws.stream(f"{story.number}:{extra.name}")),
        ):
            DOINGS[extra.name](self.aside(story, extra))

    def aside(self, story: Story, extra: Extra) -> Aside:
        """Who does it on which dossier."""
        officer = officer_at(self, story, extra.minute, extra.role)
        return Aside(
            self.ground.province,
            story,
            extra,
            self.uid_known(story),
            self.cast.viewer(officer.user_id),
            officer.file,
            self.applicants[story.applicant],
        )

    def play_now(self, story: Story, place: int) -> None:
        """Does the act and what other rooms do beside it at the present moment, with identifiers nobody can guess: for
        arrivals that are live."""
        minute = to_minute(now())
        act = replace(story.acts[place], minute=minute)
        self.uids[story.number] = _VERBS[act.verb](_Turn(self, story, act)).uid
        for extra in story.extras:
            if extra.place == place:
                DOINGS[extra.name](self.aside(story, replace(extra, minute=minute)))

    def uid_known(self, story: Story) -> uuid.UUID:
        """The identifier of a dossier begun; begun before this run, it is drawn again."""
        if story.number not in self.uids:
            self.uids[story.number] = self.uid_of(story)
        return self.uids[story.number]

    def uid_of(self, story: Story) -> uuid.UUID:
        """The identifier a story's dossier has or will have: the first that is drawn for its first act."""
        first = story.acts[0]
        with (
            frozen(to_instant(first.minute)),
            drawn_from(self.draws.stream(f"{story.number}:0")),
        ):
            return uuid7()


@dataclass(frozen=True, slots=True)
class _Turn:
    """One act about to be done: who, on which dossier, in which unit as it is then."""

    player: Player
    story: Story
    act: Act

    @property
    def uid(self) -> uuid.UUID:
        return self.player.uid_known(self.story)

    def user(self, role: str, unit: str = "") -> int:
        return officer_of(self.player, self.story, self.act.minute, role, unit)

    @property
    def file(self) -> int | None:
        """The file of whoever acts."""
        return officer_at(self.player, self.story, self.act.minute, self.act.role).file

    @property
    def who(self) -> Viewer:
        return self.player.cast.viewer(self.user(self.act.role))

    @property
    def worker(self) -> int:
        return self.user(WORKER)


def officer_of(player: Player, story: Story, minute: int, role: str, unit: str = "") -> int:
    """The key of the account of `officer_at`."""
    return officer_at(player, story, minute, role, unit).user_id


def officer_at(player: Player, story: Story, minute: int, role: str, unit: str = "") -> Officer:
    """Who plays a role in a story at a minute: always the same person of the unit as it is then. Whoever got the dossier
    keeps it when units merge."""
    units, minutes = player.ground.map, [minute]
    if role == WORKER:
        # who would be away on a day of the story does not get it
        code, minutes = story.handling, [act.minute for act in story.acts]
    elif role == ASKED:
        code, role = story.asked, WORKER
    else:
        code = units.at(unit or (story.receiving if role == DESK else story.handling), minute)
    return player.cast.chosen(code, role, story.chance, minutes)


def draft_of(story: Story) -> ResultDraft:
    """The result the officer drafts."""
    return GRANTED if story.favourable else REFUSED


def filed_as(story: Story) -> tuple[int, Origin]:
    """Channel and origin of the filing."""
    return _CHANNELS[story.planned.channel], _ORIGINS[story.planned.channel]


def _filing(turn: _Turn) -> Filing:
    story = turn.story
    channel, origin = filed_as(story)
    return Filing(
        procedure_code=story.route.code,
        applicant=turn.player.applicants[story.applicant].uid,
        receiving=turn.player.ground.map.at(story.receiving, turn.act.minute),
        handling=turn.player.ground.map.at(story.handling, turn.act.minute),
        channel=channel,
        return_channel=story.return_channel,
        origin=origin,
        papers=tuple(
            HandedPaper(paper.name, originals=paper.originals, copies=paper.copies, file_id=turn.file)
            for paper in story.route.papers
        ),
    )


def _next(turn: _Turn) -> dict[str, object]:
    """How receipt hands over: to the officer who will work on it, if that is the next step."""
    if turn.act.word != "hand-over":
        return {}
    assignee = turn.worker if turn.story.route.steps[1].kind == "process" else None
    return {"hand_over": True, "assignee": assignee}


def _file(turn: _Turn) -> Done:
    return api.file_dossier(turn.who, turn.player.ground.province, _filing(turn), **_next(turn))  # type: ignore[arg-type]


def _register(turn: _Turn) -> Done:
    return api.register_dossier(turn.who, turn.player.ground.province, _filing(turn))


def _receive(turn: _Turn) -> Done:
    return api.receive_dossier(turn.who, turn.uid, **_next(turn))  # type: ignore[arg-type]


def _assign(turn: _Turn) -> Done:
    return api.forward_dossier(turn.who, turn.uid, step=turn.act.step, assignee=turn.worker)


def _submit(turn: _Turn) -> Done:
    return api.submit_dossier(turn.who, turn.uid, draft_of(turn.story), step=turn.act.step)


def _approve(turn: _Turn) -> Done:
    return api.approve_dossier(turn.who, turn.uid, step=turn.act.step)


def _sign(turn: _Turn) -> Done:
    return api.sign_dossier(turn.who, turn.uid, step=turn.act.step)


def _issue(turn: _Turn) -> Done:
    return api.record_result(turn.who, turn.uid, step=turn.act.step)


def _send_back(turn: _Turn) -> Done:
    return api.return_step(turn.who, turn.uid, turn.act.word, "Sửa lại thể thức dự thảo.", step=turn.act.step)


def _ask(turn: _Turn) -> Done:
    return api.request_supplement(turn.who, turn.uid, [ASKED_FOR], "Giấy tờ nộp kèm chưa đủ.")


def _take(turn: _Turn) -> Done:
    return api.take_supplement(
        turn.who, turn.uid, [HandedPaper(ASKED_FOR, originals=0, copies=1, file_id=turn.file)]
    )


def _pause(turn: _Turn) -> Done:
    return api.pause_for_payment(turn.who, turn.uid, "Phí, thuế theo thông báo")


def _resume(turn: _Turn) -> Done:
    return api.resume_after_payment(turn.who, turn.uid, "Chứng từ đã nộp")


def _wait(turn: _Turn) -> Done:
    return api.wait_for_system(turn.who, turn.uid, SYSTEM)


def _answered(turn: _Turn) -> Done:
    return api.resume_from_system(turn.who, turn.uid)


def _consult(turn: _Turn) -> Done:
    question = "Đề nghị cho ý kiến về điều kiện giải quyết."
    asked = turn.player.ground.map.at(turn.story.asked, turn.act.minute)
    due = to_instant(turn.act.until)
    return api.consult_units(turn.who, turn.uid, [asked], question, due, step=turn.act.step)


def _answer(turn: _Turn) -> Done:
    return api.answer_consultation(turn.who, turn.uid, turn.act.step, "Đồng ý với đề xuất.", agrees=True)


def _extend(turn: _Turn) -> Done:
    until = to_instant(turn.act.until)
    return api.extend_dossier(turn.who, turn.uid, until, "Nhiều hồ sơ cùng lúc.", cause=turn.act.word)


def _apologise(turn: _Turn) -> Done:
    return api.apologise(turn.who, turn.uid, "Chưa giải quyết xong đúng hẹn.", cause=turn.act.word)


def _reason(turn: _Turn) -> Done:
    return api.record_late_reason(turn.who, turn.uid, turn.act.word)


def _refuse(turn: _Turn) -> Done:
    return api.refuse_dossier(turn.who, turn.uid, "Thành phần hồ sơ không thuộc thủ tục này.")


def _withdraw(turn: _Turn) -> Done:
    return api.withdraw_dossier(turn.who, turn.uid, "Người nộp không còn nhu cầu.")


def _stop(turn: _Turn) -> Done:
    return api.stop_dossier(turn.who, turn.uid, "Người nộp không phối hợp xác minh.")


def _return(turn: _Turn) -> Done:
    name = applicant_draft(turn.story.applicant).display_name
    return api.return_result(turn.who, turn.uid, Handover(turn.act.word, name))  # type: ignore[arg-type]


_VERBS: Mapping[str, Callable[[_Turn], Done]] = {
    "file": _file,
    "register": _register,
    "receive": _receive,
    "assign": _assign,
    "submit": _submit,
    "approve": _approve,
    "sign": _sign,
    "issue": _issue,
    "send-back": _send_back,
    "ask": _ask,
    "take": _take,
    "pause": _pause,
    "resume": _resume,
    "wait": _wait,
    "answered": _answered,
    "consult": _consult,
    "answer": _answer,
    "extend": _extend,
    "apologise": _apologise,
    "reason": _reason,
    "refuse": _refuse,
    "withdraw": _withdraw,
    "stop": _stop,
    "return": _return,
}
