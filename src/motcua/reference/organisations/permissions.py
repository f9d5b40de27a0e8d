from motcua.engine.permissions.api import declare

MANAGE = declare(
    "organisations.units.manage", "Sắp xếp cơ quan, đơn vị: hợp nhất, chia, đổi tên, chuyển, giải thể"
)
