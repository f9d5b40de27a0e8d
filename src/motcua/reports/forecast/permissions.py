from motcua.engine.permissions.api import declare

VIEW = declare("forecast.weeks.view", "Xem dự báo hồ sơ trễ hẹn trong tuần của các đơn vị được giao")
