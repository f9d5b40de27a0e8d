from motcua.engine.permissions.api import declare

VIEW = declare("applicants.people.view", "Tìm và xem người nộp hồ sơ của tỉnh")
MANAGE = declare("applicants.people.manage", "Thêm, sửa thông tin người nộp hồ sơ")
MERGE = declare("applicants.people.merge", "Gộp hai bản ghi của cùng một người nộp hồ sơ")
