from motcua.engine.permissions.api import declare

VIEW = declare("narrative.reports.view", "Xem báo cáo cải cách hành chính của các đơn vị được giao")
WRITE = declare(
    "narrative.reports.write", "Viết lời văn báo cáo: cả báo cáo của đơn vị, hoặc đoạn đơn vị phụ trách"
)
ISSUE = declare("narrative.reports.issue", "Chốt bản báo cáo để ký, gửi")
