"""Why a file is not read: stable codes, and messages that say what, where and what to do."""

from __future__ import annotations

from motcua.reports.audit.document import UnreadableReport

MESSAGES: dict[str, str] = {
    "audit.file.missing": "Không tìm thấy tệp “{file}”. Hãy kiểm tra lại đường dẫn và tên tệp.",
    "audit.file.not-a-file": "“{file}” không phải là một tệp thường. Hãy chọn từng tệp báo cáo, không chọn thư mục.",
    "audit.file.no-permission": "Không có quyền đọc tệp “{file}”. Hãy cấp quyền đọc rồi thử lại.",
    "audit.file.no-files": "Chưa có tệp nào để đọc. Hãy chọn ít nhất một tệp báo cáo.",
    "audit.file.empty": "Tệp “{file}” trống, không có nội dung. Hãy kiểm tra lại bản đã lưu.",
    "audit.file.too-large": (
        "Tệp “{file}” lớn {size} MB, vượt giới hạn {limit} MB. "
        "Hãy bỏ bớt hình ảnh hoặc tách báo cáo thành nhiều tệp."
    ),
    "audit.file.wrong-type": (
        "Tệp “{file}” là {kind}, không phải báo cáo đọc được. "
        "Hãy dùng tệp docx, xlsx, pdf có lớp chữ, Markdown hoặc văn bản thuần."
    ),
    "audit.file.old-office": (
        "Tệp “{file}” là định dạng Office cũ (doc, xls). Hãy mở và lưu lại thành docx hoặc xlsx."
    ),
    "audit.file.encrypted": (
        "Tệp “{file}” được bảo vệ bằng mật khẩu. Hãy gỡ mật khẩu hoặc lưu một bản không mã hóa rồi thử lại."
    ),
    "audit.file.damaged": (
        "Tệp “{file}” bị hỏng: {detail}. Hãy mở tệp bằng phần mềm gốc, lưu lại rồi thử lại."
    ),
    "audit.file.zip-bomb": (
        "Tệp “{file}” bung ra quá lớn so với kích thước nén ({detail}); tệp bị từ chối vì có thể gây hại. "
        "Hãy lưu lại tệp từ phần mềm gốc."
    ),
    "audit.file.unsafe-path": (
        "Tệp “{file}” chứa mục có đường dẫn không an toàn (“{detail}”); tệp bị từ chối. "
        "Hãy lưu lại tệp từ phần mềm gốc."
    ),
    "audit.file.xml-entity": (
        "Tệp “{file}” chứa khai báo thực thể XML ở phần “{detail}”; tệp bị từ chối vì có thể gây hại. "
        "Hãy lưu lại tệp từ phần mềm gốc."
    ),
    "audit.file.encoding": (
        "Tệp “{file}” không ở bảng mã Unicode (byte lạ đầu tiên ở dòng {line}). "
        "Hãy lưu lại tệp với bảng mã UTF-8."
    ),
    "audit.file.line-too-long": (
        "Tệp “{file}”, dòng {line}, dài hơn {limit} ký tự nên không phải văn bản báo cáo. "
        "Hãy kiểm tra lại tệp."
    ),
    "audit.file.too-deep": (
        "Tệp “{file}”, dòng {line}, có các thẻ lồng nhau quá {limit} tầng; tệp bị từ chối. "
        "Hãy lưu lại thành văn bản thường."
    ),
    "audit.file.too-many-pages": (
        "Tệp “{file}” có {pages} trang, vượt giới hạn {limit} trang. Hãy tách báo cáo thành nhiều tệp."
    ),
    "audit.file.too-many-cells": (
        "Tệp “{file}”, trang tính “{sheet}”, có quá {limit} ô có dữ liệu. "
        "Hãy chỉ giữ lại các biểu của báo cáo."
    ),
    "audit.file.too-slow": (
        "Đọc tệp “{file}” quá {limit} giây chưa xong nên đã dừng. "
        "Hãy tách tệp hoặc dùng bản docx của báo cáo."
    ),
    "audit.file.no-text-layer": (
        "Tệp “{file}” chỉ có hình ảnh trang ({pages} trang), không có lớp chữ để đọc. "
        "Hãy nhận dạng chữ (OCR) hoặc dùng bản docx của báo cáo."
    ),
    "audit.file.no-content": "Tệp “{file}” mở được nhưng không có chữ nào. Hãy kiểm tra lại tệp.",
}


def refusal(code: str, file: str, **facts: object) -> UnreadableReport:
    """The exception for `code`, its message filled with `facts`. Raises KeyError for an unknown code."""
    return UnreadableReport(code, MESSAGES[code].format(file=file, **facts), file)
