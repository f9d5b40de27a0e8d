from motcua.engine.permissions.api import declare

VIEW = declare("reports.forms.view", "Xem biểu mẫu báo cáo cải cách hành chính")
EDIT = declare("reports.forms.edit", "Nhập, sửa số liệu biểu mẫu báo cáo")
IMPORT = declare("reports.forms.import", "Nhập biểu mẫu báo cáo từ tệp Excel")
