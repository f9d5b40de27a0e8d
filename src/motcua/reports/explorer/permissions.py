from motcua.engine.permissions.api import declare

VIEW = declare("reports.figures.view", "Xem số liệu tổng hợp của các đơn vị được giao")
