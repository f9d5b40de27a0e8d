from motcua.engine.permissions.api import declare

VIEW = declare("payments.charges.view", "Xem khoản thu, giao dịch, biên lai của hồ sơ tại đơn vị")
CHARGE = declare("payments.charges.manage", "Ghi và hủy khoản phải nộp của hồ sơ")
RELIEVE = declare("payments.charges.relieve", "Miễn, giảm phí, lệ phí theo quy định")
COLLECT = declare("payments.orders.collect", "Lập giao dịch nộp, thu tiền và cấp biên lai")
CONFIRM = declare("payments.orders.confirm", "Báo kết quả thanh toán của nền tảng thanh toán, ngân hàng")
CANCEL_RECEIPT = declare("payments.receipts.cancel", "Hủy biên lai đã cấp")
ASK_REFUND = declare("payments.refunds.ask", "Đề nghị hoàn trả phí, lệ phí")
APPROVE_REFUND = declare("payments.refunds.approve", "Duyệt đề nghị hoàn trả")
PAY_REFUND = declare("payments.refunds.pay", "Chi hoàn trả đã được duyệt")
RECONCILE = declare("payments.days.reconcile", "Đối soát với nền tảng thanh toán, ngân hàng")
INTEGRATE = declare("payments.procedures.manage", "Khai thủ tục đã tích hợp thanh toán trực tuyến")
