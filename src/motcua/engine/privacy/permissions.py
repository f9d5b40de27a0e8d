from motcua.engine.permissions.api import declare

VIEW = declare("privacy.readings.view", "Xem ai đã đọc dữ liệu cá nhân của ai")
