from motcua.engine.permissions.api import declare

VIEW = declare("registers.numbers.view", "Xem sổ đăng ký và các số đã cấp trong đơn vị")
WITHDRAW = declare("registers.numbers.withdraw", "Hủy số đã cấp trong sổ đăng ký, có lý do")
