from motcua.engine.permissions.api import declare

VIEW = declare("people.persons.view", "Xem cán bộ, vị trí và quyền trong đơn vị")
MANAGE = declare("people.persons.manage", "Thêm cán bộ, mở tài khoản, giao vị trí, đặt lại mật khẩu")
ROLES = declare("people.roles.manage", "Sửa quyền của các vai trò")

# Permissions by which a person makes others powerful: only who holds one may pass it on.
ADMINISTRATIVE = frozenset({MANAGE, ROLES})
