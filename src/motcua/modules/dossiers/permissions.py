from motcua.engine.permissions.api import declare

VIEW = declare("dossiers.dossiers.view", "Xem hồ sơ thủ tục hành chính của đơn vị")
RECEIVE = declare("dossiers.desk.receive", "Tiếp nhận hồ sơ, yêu cầu bổ sung và từ chối tại bộ phận một cửa")
RETURN = declare("dossiers.desk.return", "Trả kết quả giải quyết hồ sơ")
PROCESS = declare("dossiers.work.process", "Thụ lý hồ sơ: thẩm định, lấy ý kiến, dự thảo kết quả")
ASSIGN = declare("dossiers.work.assign", "Phân công, điều chuyển hồ sơ giữa cán bộ trong đơn vị")
APPROVE = declare("dossiers.work.approve", "Duyệt kết quả giải quyết hồ sơ")
SIGN = declare("dossiers.work.sign", "Ký kết quả giải quyết hồ sơ")
ISSUE = declare("dossiers.work.issue", "Vào sổ, phát hành kết quả giải quyết hồ sơ")
EXTEND = declare("dossiers.work.extend", "Xin lỗi và gia hạn, dừng giải quyết hồ sơ")
EXCEPTION = declare("dossiers.supplements.except", "Đồng ý yêu cầu bổ sung lần hai theo ngoại lệ của tỉnh")
REOPEN = declare("dossiers.dossiers.reopen", "Đề nghị và xác nhận mở lại hồ sơ đã kết thúc")
BOARD = declare("dossiers.board.view", "Xem bảng điều hành hồ sơ của đơn vị: tải việc, quá hạn")
EXPORT = declare("dossiers.dossiers.export", "Xuất danh sách, sổ theo dõi hồ sơ")
EXCEPTIONS = declare(
    "dossiers.exceptions.manage", "Khai quy định ngoại lệ của tỉnh về yêu cầu bổ sung lần hai"
)
