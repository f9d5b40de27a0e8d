"""What is sent and answered. The descriptions are the documentation of the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from ninja import Field, Schema

UNIT = 35  # signs of an agency code
MOST_FILES = 50
UnitCode = Annotated[str, Field(max_length=UNIT)]
Item = Annotated[str, Field(max_length=500)]

# -- papers and people ------------------------------------------------------------------------------


class PaperIn(Schema):
    name: str = Field(max_length=1000, description="Tên giấy tờ")
    code: str = Field("", max_length=60, description="Mã giấy tờ")
    originals: int = Field(1, ge=0, le=99, description="Số bản chính")
    copies: int = Field(0, ge=0, le=99, description="Số bản sao")
    source: str = Field("", max_length=200, description="Cơ sở dữ liệu dùng thay giấy tờ")


class ScannedIn(PaperIn):
    file: int | None = Field(
        None, ge=1, le=MOST_FILES, description="Tệp thứ mấy trong files, từ 1; null: không có tệp"
    )


class PersonIn(Schema):
    kind: str = Field(
        "citizen", description="citizen, foreigner, household_business, enterprise, organisation"
    )
    display_name: str = Field(max_length=200, description="Họ tên hoặc tên tổ chức")
    identity_kind: str = Field(
        "", description="citizen_id, old_id, passport, tax_code, enterprise_number, other"
    )
    identity_number: str = Field("", max_length=40, description="Số giấy tờ")
    phone: str = Field("", max_length=30, description="Số điện thoại")
    email: str = Field("", max_length=200, description="Thư điện tử")
    address: str = Field("", max_length=500, description="Địa chỉ")


class FilingIn(Schema):
    procedure_code: str = Field(description="Mã thủ tục hành chính")
    receiving: str = Field(description="Mã đơn vị tiếp nhận")
    handling: str = Field("", description="Mã đơn vị giải quyết; rỗng: theo danh mục thủ tục")
    returning: str = Field("", description="Mã đơn vị trả kết quả; rỗng: nơi tiếp nhận")
    applicant_id: UUID | None = Field(None, description="Mã người nộp đã có")
    applicant: PersonIn | None = Field(None, description="Người nộp mới, khi chưa có mã")
    case: str = Field("", max_length=300, description="Trường hợp của thủ tục")
    channel: int = Field(2, ge=1, le=3, description="1 trực tiếp, 2 trực tuyến, 3 bưu chính công ích")
    subject: str = Field("", max_length=1000, description="Trích yếu")
    sets: int = Field(1, ge=1, le=99, description="Số bộ hồ sơ")
    papers: list[PaperIn] = Field(default_factory=list, max_length=200, description="Thành phần hồ sơ")
    receive: bool = Field(False, description="Tiếp nhận ngay; không: chờ đơn vị tiếp nhận kiểm tra")


# -- what is sent to an operation -------------------------------------------------------------------


class OnStepIn(Schema):
    step: str = Field("", max_length=40, description="Khóa của bước, khi hồ sơ mở nhiều bước")


class StepIn(OnStepIn):
    note: str = Field("", max_length=1000, description="Ghi chú")


class ForwardIn(StepIn):
    outcome: str = Field("", max_length=40, description="Hướng xử lý khác hướng thường")
    units: dict[Annotated[str, Field(max_length=40)], UnitCode] = Field(
        default_factory=dict,
        max_length=20,
        description="Mã cơ quan phối hợp theo khóa của bước liên thông kế tiếp, khi quy trình để trống",
    )
    without_answers: bool = Field(False, description="Chuyển khi chưa đủ ý kiến, chỉ khi đã hết hạn trả lời")


class ResultIn(StepIn):
    name: str = Field(max_length=500, description="Tên kết quả")
    favourable: bool = Field(True, description="Đồng ý với yêu cầu hay không")
    summary: str = Field("", max_length=2000, description="Tóm tắt cho người nộp")
    without_answers: bool = Field(False, description="Trình khi chưa đủ ý kiến, chỉ khi đã hết hạn trả lời")


class ReasonIn(Schema):
    reason: str = Field(min_length=1, max_length=2000, description="Lý do")


class SupplementIn(ReasonIn):
    items: list[Item] = Field(min_length=1, max_length=50, description="Giấy tờ, nội dung cần bổ sung")


class HandoverIn(Schema):
    how: str = Field("counter", pattern="^(counter|post|online)$", description="counter, post, online")
    to: str = Field("", max_length=200, description="Người nhận")
    authorised: bool = Field(False, description="Người được uỷ quyền nhận")


class AssignIn(OnStepIn):
    assignee: str = Field(min_length=1, max_length=150, description="Tên tài khoản của cán bộ được giao")


class SendBackIn(OnStepIn):
    to: str = Field(min_length=1, max_length=40, description="Khóa của bước trước được trả lại")
    reason: str = Field(min_length=1, max_length=1000, description="Lý do trả lại")


class TransferIn(ReasonIn):
    target: str = Field(min_length=1, max_length=UNIT, description="Mã cơ quan có thẩm quyền")


class ApologyIn(ReasonIn):
    cause: str = Field(
        "", max_length=40, description="Mã nguyên nhân ở /dossiers/late-causes; rỗng: không ghi"
    )


class ExtensionIn(ApologyIn):
    new_date: dt.date = Field(description="Ngày hẹn trả mới, là ngày làm việc; hẹn đến hết giờ làm việc")


class CauseIn(Schema):
    cause: str = Field(min_length=1, max_length=40, description="Mã nguyên nhân ở /dossiers/late-causes")


class SystemIn(Schema):
    system: str = Field(min_length=1, max_length=100, description="Tên hệ thống đang chờ")


class DecisionIn(Schema):
    grant: bool = Field(description="Đồng ý mở lại hay không")


class QuestionIn(OnStepIn):
    units: list[UnitCode] = Field(min_length=1, max_length=50, description="Mã các đơn vị được hỏi")
    question: str = Field(min_length=1, max_length=4000, description="Nội dung cần lấy ý kiến")
    due: dt.date = Field(description="Trả lời trước hết ngày này")


class OpinionIn(Schema):
    step: str = Field(min_length=1, max_length=40, description="Khóa của bước trả lời, như 3?1")
    answer: str = Field(min_length=1, max_length=4000, description="Ý kiến trả lời")
    agrees: bool | None = Field(None, description="Đồng ý, không đồng ý; null: ý kiến khác")


# -- what is answered -------------------------------------------------------------------------------


class DoneOut(Schema):
    id: UUID = Field(description="Mã nội bộ, không đổi")
    code: str | None = Field(description="Mã hồ sơ; null khi chưa tiếp nhận")
    status: int = Field(description="Trạng thái theo mã quốc gia, 1-10")
    revision: int = Field(description="Số lần thay đổi")
    promised: dt.datetime | None = Field(description="Hẹn trả")
    slips: dict[str, UUID] = Field(description="Giấy tờ việc này vừa lập: mã để tải theo loại")


class DossierOut(Schema):
    id: UUID
    code: str | None
    status: int
    status_word: str
    procedure_code: str
    procedure_name: str
    receiving: str
    handling: str
    returning: str
    channel: int
    steps: str = Field(description="Các bước đang mở")
    received_at: dt.datetime | None
    promised: dt.datetime | None
    legal_due: dt.datetime | None
    index_due: dt.datetime | None
    ended_at: dt.datetime | None
    returned_at: dt.datetime | None
    supplements: int
    extensions: int
    paused_for: str
    revision: int


class DossiersOut(Schema):
    items: list[DossierOut]
    next: str = Field(description="Con trỏ trang sau; rỗng là hết")


class HappenedOut(Schema):
    at: dt.datetime
    type: str
    sentence: str


class WorkOut(Schema):
    dossier_id: UUID
    code: str | None
    step: str
    step_name: str
    kind: str
    unit: str
    due_at: dt.datetime | None


class CauseOut(Schema):
    code: str = Field(description="Mã nguyên nhân, không đổi")
    label: str = Field(description="Nguyên nhân bằng lời")


class FileOut(Schema):
    media_type: str = Field(description="Loại nội dung, như application/pdf")
    size: int = Field(description="Số byte")
    sha256: str = Field(description="SHA-256 của nội dung, hệ 16")


class ComponentOut(Schema):
    number: int = Field(description="Số thứ tự trong hồ sơ")
    code: str = Field(description="Mã giấy tờ")
    name: str = Field(description="Tên giấy tờ")
    originals: int = Field(description="Số bản chính")
    copies: int = Field(description="Số bản sao")
    source: str = Field(description="Cơ sở dữ liệu dùng thay giấy tờ")
    added_at: dt.datetime = Field(description="Lúc nhận")
    file: FileOut | None = Field(description="Tệp của giấy tờ; null khi chưa có")


class ConsultationOut(Schema):
    step: str = Field(description="Khóa của bước trả lời")
    unit: str = Field(description="Mã đơn vị được hỏi")
    question: str = Field(description="Nội dung lấy ý kiến")
    asked_at: dt.datetime = Field(description="Lúc hỏi")
    due_at: dt.datetime = Field(description="Hạn trả lời")
    answered_at: dt.datetime | None = Field(description="Lúc trả lời; null khi chưa")
    answer: str = Field(description="Ý kiến trả lời")
    agrees: bool | None = Field(description="Đồng ý, không đồng ý; null: ý kiến khác hoặc chưa trả lời")
    late: bool = Field(description="Trả lời quá hạn, hoặc quá hạn mà chưa trả lời")


class SupplementOut(Schema):
    number: int = Field(description="Lần thứ mấy")
    items: list[str] = Field(description="Giấy tờ, nội dung cần bổ sung")
    reason: str = Field(description="Lý do")
    asked_at: dt.datetime = Field(description="Lúc yêu cầu")
    answered_at: dt.datetime | None = Field(description="Lúc nhận bổ sung; null khi chưa")


class SlipOut(Schema):
    id: UUID = Field(description="Mã để tải tệp PDF")
    kind: str = Field(description="Loại: 01-05, apology, withdrawal")
    name: str = Field(description="Tên loại giấy tờ")
    number: str = Field(description="Số của giấy tờ; rỗng khi loại ấy không có số")
    unit: str = Field(description="Mã đơn vị lập")
    issued_at: dt.datetime = Field(description="Lúc lập")
