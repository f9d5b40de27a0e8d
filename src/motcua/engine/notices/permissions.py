from motcua.engine.permissions.api import declare

MANAGE = declare("notices.settings.manage", "Đặt giờ yên lặng của tin nhắn SMS")
