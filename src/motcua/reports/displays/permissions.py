from motcua.engine.permissions.api import declare

MANAGE = declare("displays.screens.manage", "Cấp và thu hồi địa chỉ màn hình treo tường")
