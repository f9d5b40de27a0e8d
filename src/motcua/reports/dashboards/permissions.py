from motcua.engine.permissions.api import declare

VIEW = declare("reports.dashboards.view", "Xem trang điều hành của các đơn vị được giao")
