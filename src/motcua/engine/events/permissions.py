from motcua.engine.permissions.api import declare

VIEW = declare("events.log.view", "Xem nhật ký sự kiện")
