"""The parts of a procedure in words, the same on pages, papers, comparisons and exports."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.kernel.money import grouped
from motcua.modules.catalogue.data import (
    Agency,
    Basis,
    Channel,
    ChannelLimit,
    Fee,
    Paper,
    ProcedureContent,
)
from motcua.modules.catalogue.proposals import Proposal

CHANNELS = {
    "direct": gettext_noop("Trực tiếp"),
    "online": gettext_noop("Trực tuyến"),
    "post": gettext_noop("Dịch vụ bưu chính"),
}
ONLINE = {
    "none": gettext_noop("Chưa cung cấp trực tuyến"),
    "partial": gettext_noop("Trực tuyến một phần"),
    "full": gettext_noop("Trực tuyến toàn trình"),
    "": gettext_noop("Chưa rõ mức độ trực tuyến"),
}
DECISION_KINDS = {
    "new": gettext_noop("Mới ban hành"),
    "amended": gettext_noop("Sửa đổi, bổ sung, thay thế"),
    "standardised": gettext_noop("Chuẩn hóa"),
    "abolished": gettext_noop("Bãi bỏ"),
}
AGENCY_ROLES = {
    "handling": gettext_noop("Cơ quan giải quyết"),
    "deciding": gettext_noop("Cơ quan có thẩm quyền quyết định"),
    "receiving": gettext_noop("Cơ quan tiếp nhận"),
    "coordinating": gettext_noop("Cơ quan phối hợp"),
}


def online(proposal: Proposal) -> str:
    text = _(ONLINE[proposal.online_level])
    return f"{text} ({proposal.partial_reason})" if proposal.partial_reason else text


def location(proposal: Proposal) -> str:
    if proposal.location_independent:
        return _("Nộp ở bất kỳ nơi nào trong tỉnh")
    return _("Chỉ nộp tại nơi có thẩm quyền ({reason})").format(reason=proposal.location_reason)


def channel_name(kind: str) -> str:
    return _(CHANNELS.get(kind, kind))


def limit_text(limit: ChannelLimit) -> str:
    """`05 ngày làm việc`; the text as found when it could not be read exactly; or that none is stated."""
    said = limit.limit or limit.note or _("không nêu thời hạn")
    return f"{limit.case}: {said}" if limit.case else said


def fee_text(fee: Fee) -> str:
    """`Lệ phí cấp giấy: 50.000 đồng`, `không thu`, or the text as found."""
    amount = amount_text(fee)
    said = ", ".join(part for part in (amount, fee.note) if part)
    return f"{fee.name}: {said}" if fee.name and said else fee.name or said


def amount_text(fee: Fee) -> str:
    if fee.amount is None:
        return ""
    return _("không thu") if fee.amount == 0 else _("{amount} đồng").format(amount=grouped(fee.amount))


def form_text(form: str) -> str:
    """`mẫu 01`; the form's own name when it says so itself."""
    return (
        form
        if not form or form.lower().startswith(("mẫu", "tờ", "đơn"))
        else _("mẫu {form}").format(form=form)
    )


def paper_text(paper: Paper) -> str:
    counts = []
    if paper.originals:
        counts.append(_("{n} bản chính").format(n=paper.originals))
    if paper.copies:
        counts.append(_("{n} bản sao").format(n=paper.copies))
    extra = [*counts, *([form_text(paper.form)] if paper.form else [])]
    if paper.source:
        extra.append(_("thay bằng dữ liệu: {source}").format(source=paper.source))
    if not paper.required:
        extra.append(_("không bắt buộc"))
    return f"{paper.name} ({', '.join(extra)})" if extra else paper.name


def agency_text(agency: Agency) -> str:
    return f"{_(AGENCY_ROLES.get(agency.role, agency.role))}: {agency.name}"


def basis_text(basis: Basis) -> str:
    return ", ".join(part for part in (basis.number, basis.title, basis.article) if part)


def channel_lines(content: ProcedureContent) -> list[str]:
    lines = []
    for channel in content.channels:
        lines += _channel(channel)
    return lines


def _channel(channel: Channel) -> list[str]:
    name = channel_name(channel.kind)
    lines = [
        f"{name} – {limit.case}: {limit.limit or limit.note}"
        if limit.case
        else f"{name}: {limit_text(limit)}"
        for limit in channel.limits
    ]
    if channel.note:
        lines.append(f"{name} ({channel.note})")
    return lines or [name]


def fee_lines(content: ProcedureContent) -> list[str]:
    return [
        f"{channel_name(channel.kind)}: {fee_text(fee)}"
        for channel in content.channels
        for limit in channel.limits
        for fee in limit.fees
    ]


def _sequences(content: ProcedureContent) -> list[str]:
    return [
        f"{sequence.case}: {step}" if sequence.case else step
        for sequence in content.sequences
        for step in sequence.steps
    ]


def _papers(content: ProcedureContent) -> list[str]:
    return [
        f"{case.name}: {paper_text(paper)}" if case.name else paper_text(paper)
        for case in content.cases
        for paper in case.papers
    ]


PARTS: tuple[tuple[str, str, Callable[[ProcedureContent], Sequence[str]]], ...] = (
    ("sequences", gettext_noop("Trình tự thực hiện"), _sequences),
    ("channels", gettext_noop("Cách thức và thời hạn"), channel_lines),
    ("fees", gettext_noop("Phí, lệ phí"), fee_lines),
    ("papers", gettext_noop("Thành phần hồ sơ"), _papers),
    ("sets", gettext_noop("Số bộ hồ sơ"), lambda content: [str(content.sets)]),
    (
        "subjects",
        gettext_noop("Đối tượng thực hiện"),
        lambda content: [*content.subjects, *([content.subject_note] if content.subject_note else [])],
    ),
    (
        "agencies",
        gettext_noop("Cơ quan thực hiện"),
        lambda content: [agency_text(one) for one in content.agencies],
    ),
    ("results", gettext_noop("Kết quả thực hiện"), lambda content: [one.name for one in content.results]),
    (
        "bases",
        gettext_noop("Căn cứ pháp lý"),
        lambda content: [basis_text(one) for one in content.bases],
    ),
    (
        "conditions",
        gettext_noop("Yêu cầu, điều kiện"),
        lambda content: [content.conditions] if content.conditions else [],
    ),
    ("place", gettext_noop("Địa điểm"), lambda content: [content.place] if content.place else []),
)
