"""What happens to reports. Payloads hold the whole new content of what changed."""

from motcua.engine.events.api import declare_event

OPENED = declare_event("narrative:report:opened", "Mở báo cáo {about}")
HEADED = declare_event("narrative:report:headed", "Sửa phần đầu và người ký của báo cáo")
WRITTEN = declare_event("narrative:passage:written", "Viết đoạn {key}, bản {revision}")
ISSUED = declare_event("narrative:edition:issued", "Chốt bản {number} của báo cáo")
