from motcua.engine.permissions.api import declare

VIEW = declare("feedback.tickets.view", "Xem phản ánh, kiến nghị của đơn vị")
RECEIVE = declare("feedback.tickets.receive", "Tiếp nhận, vào sổ phản ánh, kiến nghị")
SCREEN = declare("feedback.tickets.screen", "Phân loại phản ánh, kiến nghị: thụ lý, từ chối, chuyển")
ASSIGN = declare("feedback.tickets.assign", "Phân công người xử lý phản ánh, kiến nghị")
ANSWER = declare("feedback.tickets.answer", "Xử lý, trả lời phản ánh, kiến nghị")
PUBLISH = declare("feedback.tickets.publish", "Công khai, kết thúc, mở lại phản ánh, kiến nghị")
RATINGS_VIEW = declare("feedback.ratings.view", "Xem đánh giá của người dân, tổ chức về đơn vị")
RATINGS_RECORD = declare("feedback.ratings.record", "Ghi đánh giá của người nộp tại quầy, qua điện thoại")
