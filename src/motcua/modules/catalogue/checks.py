"""What a proposal lacks or says twice, before it may be tested or announced."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from motcua.kernel.errors import KernelError
from motcua.kernel.worktime import parse_limit, vietnam
from motcua.modules.catalogue.data import ProcedureContent
from motcua.modules.catalogue.proposals import Levels, Proposal

CLAUSE = "Nghị định 63/2010/NĐ-CP, Điều 8 khoản 2"
CLAUSE_PUBLISHED = "Nghị định 63/2010/NĐ-CP, Điều 15 (sửa đổi tại Nghị định 92/2017/NĐ-CP)"
DAYS_BEFORE = 5  # working days, provincial chairman


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is stable; `blocking` ones stop test and announcement; `clause` is the law it rests on."""

    code: str
    message: str
    blocking: bool = True
    clause: str = ""


def check_proposal(proposal: Proposal, levels: Levels) -> list[Problem]:
    """The compulsory parts of Decree 63/2010/NĐ-CP Art. 8.2 and what contradicts itself."""
    return [*_heads(proposal, levels), *_parts(proposal.content), *_limits(proposal.content)]


def _heads(proposal: Proposal, levels: Levels) -> list[Problem]:
    found = []
    if not proposal.name.strip():
        found.append(Problem("name", _("Chưa có tên thủ tục."), clause=CLAUSE))
    if not (levels.ministry or levels.province or levels.commune):
        found.append(Problem("level", _("Chưa chọn cấp thực hiện.")))
    if proposal.online_level == "partial" and not proposal.partial_reason.strip():
        found.append(
            Problem("partial-reason", _("Thủ tục trực tuyến một phần phải nêu lý do để công khai cho dân."))
        )
    if not proposal.location_independent and not proposal.location_reason.strip():
        found.append(
            Problem("location-reason", _("Thủ tục không nhận phi địa giới phải nêu lý do để công khai."))
        )
    return found


def _parts(content: ProcedureContent) -> list[Problem]:
    compulsory = (
        ("sequences", content.sequences, _("Chưa có trình tự thực hiện.")),
        ("channels", content.channels, _("Chưa có cách thức thực hiện.")),
        ("papers", content.cases, _("Chưa có thành phần hồ sơ.")),
        ("subjects", content.subjects or content.subject_note, _("Chưa có đối tượng thực hiện.")),
        ("agencies", content.agencies, _("Chưa có cơ quan giải quyết.")),
    )
    found = [Problem(code, message, clause=CLAUSE) for code, value, message in compulsory if not value]
    if not content.results:
        found.append(Problem("results", _("Chưa có kết quả thực hiện."), blocking=False))
    if not content.bases:
        found.append(Problem("bases", _("Chưa có căn cứ pháp lý."), blocking=False))
    return found


def _limits(content: ProcedureContent) -> list[Problem]:
    found = []
    for channel in content.channels:
        for limit in channel.limits:
            if not limit.limit:
                continue
            try:
                parse_limit(limit.limit)
            except KernelError as error:
                found.append(Problem("limit", str(error)))
    if content.channels and not any(
        limit.limit or limit.note for c in content.channels for limit in c.limits
    ):
        found.append(Problem("limit-missing", _("Chưa có thời hạn giải quyết."), clause=CLAUSE))
    return found


def lead_days(decided: dt.date | None, valid_from: dt.date) -> int | None:
    """Working days from the decision to the effect, -1 where the effect came first; None where nobody can say."""
    if decided is None:
        return None
    if valid_from < decided:
        return -1
    try:
        return vietnam().working_days(decided, valid_from)
    except KernelError:
        return None


def check_dates(decided: dt.date, valid_from: dt.date) -> list[Problem]:
    """A province announces at least five working days before the effect; a later decision is allowed (shortened
    procedure) but said."""
    if valid_from < decided:
        text = _("Ngày áp dụng {day} trước ngày ký quyết định {decided}.")
        text = text.format(day=f"{valid_from:%d/%m/%Y}", decided=f"{decided:%d/%m/%Y}")
        return [Problem("before-decision", text, blocking=False)]
    days = lead_days(decided, valid_from)
    if days is None or days >= DAYS_BEFORE:
        return []
    text = _(
        "Quyết định ký ngày {decided}, cách ngày áp dụng {day} chỉ {days} ngày làm việc; cấp tỉnh phải công bố "
        "chậm nhất trước {least} ngày làm việc, trừ văn bản ban hành theo trình tự rút gọn."
    ).format(
        decided=f"{decided:%d/%m/%Y}", day=f"{valid_from:%d/%m/%Y}", days=max(days, 0), least=DAYS_BEFORE
    )
    return [Problem("published-late", text, blocking=False, clause=CLAUSE_PUBLISHED)]
