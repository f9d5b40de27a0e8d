"""Made-up contents of every kind, for tests, benchmarks and pictures in the docs."""

from __future__ import annotations

import datetime as dt

from motcua.kernel.clock import VIETNAM
from motcua.modules.dossiers.slips import contents as c

_LINK = "https://motcua.vidu.example/tra-cuu/?ma=H05.15-260303-0001&kt=7KQ2MNPX"
_SITE = "motcua.vidu.example/tra-cuu"


def at(day: int, hour: int = 8, minute: int = 0, month: int = 3) -> dt.datetime:
    """An instant of 2026 on the clock of Viet Nam."""
    return dt.datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


CENTRE = c.Issuer(
    name="Trung tâm Phục vụ hành chính công phường Kinh Bắc",
    parent="UBND phường Kinh Bắc",
    place="Kinh Bắc",
    address="Số 1 đường Mẫu, phường Kinh Bắc, tỉnh Bắc Ninh",
    phone="0222 000 0001",
    email="motcua.kinhbac@vidu.example",
    website="kinhbac.vidu.example",
)
OFFICE = c.Issuer(
    name="UBND phường Kinh Bắc", parent="UBND tỉnh Bắc Ninh", place="Kinh Bắc", phone="0222 000 0002"
)
APPLICANT = c.Person(
    name="Nguyễn Thị Mẫu Hạnh",
    identity="027190000001",
    address="Số 12, ngõ 34, đường Mẫu, phường Kinh Bắc, tỉnh Bắc Ninh",
    phone="0900 000 001",
    email="hanh.mau@vidu.example",
)
SIGNER = c.Signer(title="Phó Chủ tịch", name="Trần Mẫu Quang", authority="KT. Chủ tịch")
_ABOUT = {
    "issuer": CENTRE,
    "applicant": APPLICANT,
    "procedure": "Đăng ký khai sinh có yếu tố nước ngoài",
    "procedure_code": "1.001193",
    "subject": "Đăng ký khai sinh cho con Nguyễn Mẫu An",
    "code": "H05.15-260303-0001",
    "issued_at": at(3, 8, 15),
    "follow_link": _LINK,
    "follow_site": _SITE,
    "check": "7KQ2MNPX",
    "officer": "Lê Mẫu Ngọc",
}
PAPERS = (
    c.PaperLine(name="Tờ khai đăng ký khai sinh theo mẫu", originals=1),
    c.PaperLine(name="Giấy chứng sinh do cơ sở y tế cấp", originals=1),
    c.PaperLine(name="Giấy chứng nhận kết hôn của cha, mẹ", certified=1, copies=1),
    c.PaperLine(name="Thông tin cư trú của cha, mẹ", note="khai thác từ CSDL quốc gia về dân cư"),
)
RECEIPT = c.ReceiptContent(
    **_ABOUT,
    receiving="Trung tâm Phục vụ hành chính công phường Kinh Bắc, quầy số 3",
    handling="Phòng Văn hóa - Xã hội phường Kinh Bắc",
    submitter=c.Person(name="Nguyễn Văn Mẫu Bình", phone="0900 000 002"),
    case_name="Trẻ em sinh ra tại Việt Nam, có cha hoặc mẹ là người nước ngoài",
    papers=PAPERS,
    limit="05 ngày làm việc",
    received_at=at(3, 8, 15),
    promised=at(10, 17, 0),
    channel="trực tiếp",
    return_how="trực tiếp",
    return_place="Trung tâm Phục vụ hành chính công phường Kinh Bắc",
    fee=75_000,
    fee_status="đã nộp trực tuyến",
    register_book="01/2026",
    register_line="125",
)
_LETTER = _ABOUT | {"issuer": OFFICE, "issued_at": at(9, 9, 0), "number": "05/2026"}

SAMPLES: dict[str, c.Content] = {
    "01": RECEIPT,
    "02": c.SupplementContent(
        **_ABOUT,
        number="12/2026",
        items=(
            c.PaperLine(
                name="Văn bản xác nhận của cơ quan có thẩm quyền nước ngoài, có bản dịch", certified=1
            ),
            c.PaperLine(
                name="Hộ chiếu của cha hoặc mẹ là người nước ngoài",
                copies=2,
                note="mang bản chính để đối chiếu",
            ),
        ),
        reason="Hồ sơ thiếu văn bản thỏa thuận chọn quốc tịch cho con (khoản 1 Điều 36 Luật Hộ tịch).",
        answer_by=at(20, 17, 0),
        contact_phone="0222 000 0003",
    ),
    "03": c.RefusalContent(
        **(_ABOUT | {"code": "", "follow_link": "", "follow_site": "", "check": ""}),
        number="03/2026",
        reason="Thủ tục này thuộc thẩm quyền của cơ quan khác; người yêu cầu chưa thuộc đối tượng giải quyết.",
        guidance="Đề nghị nộp hồ sơ tại Sở Tư pháp tỉnh Bắc Ninh hoặc trên Cổng Dịch vụ công quốc gia.",
    ),
    "04": c.ExtensionContent(
        **_LETTER,
        signer=SIGNER,
        field="Hộ tịch",
        received_at=at(3, 8, 15),
        promised=at(10, 17, 0),
        reason="cần xác minh thêm tại cơ quan đại diện ở nước ngoài và chưa nhận được văn bản trả lời.",
        new_date=at(17, 17, 0),
        recipients=("Trung tâm Phục vụ hành chính công phường Kinh Bắc",),
        contact_phone="0222 000 0002",
    ),
    "05": c.StopContent(
        **_LETTER,
        signer=SIGNER,
        received_at=at(3, 8, 15),
        requested_at=at(8, 14, 0),
        finding="hồ sơ chưa có quyết định giải quyết.",
        reason="người nộp đề nghị dừng để nộp lại theo trường hợp khác.",
        stopped_at=at(9, 9, 0),
        returned=PAPERS[1:3],
        contact_phone="0222 000 0002",
    ),
    "06": c.ControlContent(
        **_ABOUT,
        received_at=at(3, 8, 15),
        promised=at(10, 17, 0),
        handings=(
            c.Handing(
                unit="Phòng Văn hóa - Xã hội phường Kinh Bắc",
                step="Phân công giải quyết",
                giver="Lê Mẫu Ngọc",
                handed_at=at(3, 9, 0),
                receiver="Phạm Mẫu Dũng",
                received_at=at(3, 9, 10),
                due_at=at(3, 17, 0),
                done_at=at(3, 14, 30),
                outcome="early",
            ),
            c.Handing(
                unit="Phòng Văn hóa - Xã hội phường Kinh Bắc",
                step="Thẩm định hồ sơ, dự thảo kết quả",
                giver="Phạm Mẫu Dũng",
                handed_at=at(3, 14, 30),
                receiver="Vũ Mẫu Lan",
                received_at=at(3, 14, 30),
                due_at=at(6, 17, 0),
                done_at=at(9, 10, 0),
                outcome="late",
                note="chờ xác minh",
            ),
            c.Handing(
                unit="UBND phường Kinh Bắc",
                step="Ký kết quả",
                giver="Vũ Mẫu Lan",
                handed_at=at(9, 10, 0),
                receiver="Trần Mẫu Quang",
                received_at=at(9, 10, 0),
                due_at=at(9, 17, 0),
                done_at=at(9, 17, 0),
                outcome="on-time",
            ),
            c.Handing(
                unit="Trung tâm Phục vụ hành chính công phường Kinh Bắc",
                step="Trả kết quả",
                giver="Trần Mẫu Quang",
            ),
        ),
    ),
    "07": c.RegisterContent(
        issuer=CENTRE,
        issued_at=at(31, 17, 0),
        book="01/2026",
        first_day=dt.date(2026, 3, 1),
        last_day=dt.date(2026, 3, 31),
        lines=(
            c.RegisterLine(
                number=1,
                code="H05.15-260303-0001",
                procedure="Đăng ký khai sinh có yếu tố nước ngoài",
                applicant="Nguyễn Thị Mẫu Hạnh",
                contact="Số 12, ngõ 34, đường Mẫu, phường Kinh Bắc; 0900 000 001",
                handling="Phòng Văn hóa - Xã hội phường Kinh Bắc",
                received_at=at(3, 8, 15),
                promised=at(10, 17, 0),
                sent_at=at(3, 9, 0),
                done_at=at(9, 17, 0),
                returned_at=at(10, 8, 30),
                returned_how="trực tiếp",
                note="đúng hạn",
            ),
            c.RegisterLine(
                number=2,
                code="H05.15-260303-0002",
                procedure="Chứng thực bản sao từ bản chính giấy tờ, văn bản",
                applicant="Công ty trách nhiệm hữu hạn Thương mại Mẫu Việt",
                sets=2,
                received_at=at(3, 8, 40),
            ),
        ),
    ),
    "apology": c.ApologyContent(
        **(_LETTER | {"issued_at": at(12, 9, 0), "number": "06/2026"}),
        signer=SIGNER,
        received_at=at(3, 8, 15),
        promised=at(10, 17, 0),
        late_by="1,25 ngày làm việc",
        reason="cơ quan phối hợp chưa có văn bản trả lời.",
        expected=at(16, 17, 0),
        contact_phone="0222 000 0002",
    ),
    "withdrawal": c.WithdrawalContent(
        **(_ABOUT | {"issued_at": at(5, 10, 0), "number": "02/2026"}),
        received_at=at(3, 8, 15),
        requested_at=at(5, 9, 50),
        reason="thay đổi nội dung yêu cầu.",
        returned=PAPERS[:3],
    ),
    "label": c.LabelContent(
        code="H05.15-260303-0001",
        applicant="Nguyễn Thị Mẫu Hạnh",
        procedure="Đăng ký khai sinh có yếu tố nước ngoài",
        issued_at=at(3, 8, 15),
        promised=at(10, 17, 0),
        unit="Phòng Văn hóa - Xã hội",
        follow_link=_LINK,
    ),
    "handover": c.HandoverContent(
        issuer=CENTRE,
        issued_at=at(3, 16, 30),
        giving_unit="Trung tâm Phục vụ hành chính công phường Kinh Bắc",
        receiving_unit="Phòng Văn hóa - Xã hội phường Kinh Bắc",
        giver="Lê Mẫu Ngọc",
        receiver="Phạm Mẫu Dũng",
        number="41/2026",
        lines=tuple(
            c.HandoverLine(
                code=f"H05.15-260303-{number:04d}",
                procedure="Đăng ký khai sinh có yếu tố nước ngoài",
                applicant="Nguyễn Thị Mẫu Hạnh",
                papers=4,
                promised=at(10, 17, 0),
            )
            for number in range(1, 6)
        ),
    ),
}
