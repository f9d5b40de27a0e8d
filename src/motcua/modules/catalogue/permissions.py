from motcua.engine.permissions.api import declare

VIEW = declare("catalogue.procedures.view", "Xem danh mục thủ tục hành chính kể cả bản chưa áp dụng")
EDIT = declare("catalogue.procedures.edit", "Soạn, sửa, nhập danh mục thủ tục hành chính")
ANNOUNCE = declare("catalogue.procedures.announce", "Áp dụng quyết định công bố, dừng thủ tục hành chính")
OVERRIDE = declare("catalogue.procedures.override", "Khai phần khác biệt của đơn vị mình trong thủ tục")
PROCESS_EDIT = declare("catalogue.processes.edit", "Soạn quy trình nội bộ")
PROCESS_APPROVE = declare("catalogue.processes.approve", "Phê duyệt quy trình nội bộ")
