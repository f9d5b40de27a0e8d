"""What happens to forms, in words."""

from motcua.engine.events.api import declare_event

SHEET_OPENED = "forms:sheet:opened"
VALUE_RECORDED = "forms:value:recorded"
VALUES_DECLARED = "forms:values:declared"
SHEET_DERIVED = "forms:sheet:derived"
PUBLISHED_LOADED = "forms:published:loaded"
WORKBOOK_UPLOADED = "forms:workbook:uploaded"
WORKBOOK_APPLIED = "forms:workbook:applied"
WORKBOOK_DISCARDED = "forms:workbook:discarded"


def declare_all() -> None:
    """Make the event types of this room known."""
    declare_event(SHEET_OPENED, "Mở kỳ biểu mẫu {period_from} – {period_to}")
    declare_event(VALUE_RECORDED, "Ghi dòng {row}, bản {revision}: {shown}")
    declare_event(VALUES_DECLARED, "Kê khai {count} dòng")
    declare_event(SHEET_DERIVED, "Điền sẵn biểu: {count} dòng từ hồ sơ, từ đơn vị và từ dòng khác")
    declare_event(PUBLISHED_LOADED, "Nạp số liệu đã công bố: {count} dòng từ {source}")
    declare_event(WORKBOOK_UPLOADED, "Tải lên tệp biểu mẫu {file_name}: {count} ô khác")
    declare_event(WORKBOOK_APPLIED, "Nhập tệp biểu mẫu {file_name}: ghi {count} ô")
    declare_event(WORKBOOK_DISCARDED, "Bỏ tệp biểu mẫu {file_name}, không ghi ô nào")
