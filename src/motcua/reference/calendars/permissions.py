from motcua.engine.permissions.api import declare

MANAGE = declare("calendars.calendar.manage", "Sửa lịch làm việc và tham số thời gian")
