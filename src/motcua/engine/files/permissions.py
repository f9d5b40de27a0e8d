from motcua.engine.permissions.api import declare

REMOVE = declare("files.stored.remove", "Xóa tệp do người khác gửi lên")
