from motcua.engine.permissions.api import declare

SIGN = declare("signing.papers.sign", "Ký số văn bản của đơn vị với tư cách người có thẩm quyền")
NUMBER = declare("signing.papers.number", "Cấp số, ngày vào văn bản đã ký (văn thư)")
SEAL = declare("signing.papers.seal", "Dùng chữ ký số của cơ quan (văn thư)")
VIEW = declare("signing.identities.view", "Xem chứng thư số của đơn vị và nhật ký ký số")
MANAGE = declare("signing.identities.manage", "Nạp và cất chứng thư số của đơn vị và của người trong đơn vị")
