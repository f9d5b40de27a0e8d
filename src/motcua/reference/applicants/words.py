"""Names of columns and purposes of reading, as pages show them."""

from __future__ import annotations

from django.utils.translation import gettext_noop

FIELDS = {
    "identity_number": gettext_noop("Số giấy tờ"),
    "phone": gettext_noop("Số điện thoại"),
    "email": gettext_noop("Thư điện tử"),
    "address": gettext_noop("Địa chỉ"),
    "birth_date": gettext_noop("Ngày sinh"),
    "representative": gettext_noop("Người đại diện"),
}
EDIT = "applicants.edit"
MERGE = "applicants.merge"
PURPOSES = {
    "applicants.receive": gettext_noop("Tiếp nhận, trả kết quả hồ sơ"),
    "applicants.handle": gettext_noop("Giải quyết hồ sơ"),
    "applicants.contact": gettext_noop("Liên hệ với người nộp"),
    "applicants.verify": gettext_noop("Đối chiếu giấy tờ"),
    "applicants.request": gettext_noop("Theo yêu cầu của chính người đó"),
    "applicants.complaint": gettext_noop("Giải quyết khiếu nại, phản ánh"),
}
# Not chosen by hand: what the page is opened for says it.
OWN_PURPOSES = {
    EDIT: gettext_noop("Sửa thông tin người nộp"),
    MERGE: gettext_noop("So sánh hai bản ghi để gộp"),
}
