from motcua.engine.permissions.api import declare

VIEW = declare("records.papers.view", "Xem số hóa, kho giấy tờ và kết quả điện tử của hồ sơ đơn vị")
KEEP = declare("records.papers.keep", "Đưa giấy tờ vào kho dữ liệu điện tử của người nộp")
WITHDRAW = declare("records.papers.withdraw", "Thu hồi, đặt phạm vi dùng lại giấy tờ do đơn vị đưa vào kho")
SCAN = declare("records.digitisation.scan", "Số hóa thành phần hồ sơ, ghi thành phần không phải số hóa")
CHECK = declare("records.digitisation.check", "Kiểm tra bản số hóa: đọc được, đủ trang")
CERTIFY = declare("records.digitisation.certify", "Ký xác nhận bản số hóa")
REUSE = declare("records.papers.reuse", "Dùng lại giấy tờ trong kho thay cho giấy tờ phải nộp")
ISSUE = declare("records.results.issue", "Phát hành, thay thế, thu hồi kết quả điện tử")
DELIVER = declare("records.results.deliver", "Chuyển kết quả điện tử vào kho của người nộp")
LISTS = declare("records.lists.manage", "Khai danh mục giấy tờ phải số hóa của tỉnh")
