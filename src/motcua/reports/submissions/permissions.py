from motcua.engine.permissions.api import declare

VIEW = declare("reports.submissions.view", "Xem kỳ báo cáo: biểu của đơn vị, trạng thái, ý kiến")
SUBMIT = declare("reports.submissions.submit", "Nộp, rút biểu báo cáo của đơn vị")
REVIEW = declare("reports.submissions.review", "Kiểm tra, trả lại, duyệt biểu báo cáo của các đơn vị")
RUN = declare("reports.submissions.run", "Mở kỳ báo cáo, đặt hạn và chỉ tiêu, nhắc nộp, nộp biểu của tỉnh")
PUBLISH = declare("reports.submissions.publish", "Duyệt và công bố báo cáo của tỉnh")
