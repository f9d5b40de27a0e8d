from motcua.engine.permissions.api import declare

VIEW = declare("indices.scores.view", "Xem điểm chỉ số của đơn vị và vì sao mất điểm")
RANKING = declare("indices.ranking.view", "Xem bảng xếp hạng chỉ số của mọi đơn vị trong tỉnh")
IMPORT = declare("indices.portal.import", "Nhập điểm và số liệu chỉ số từ Cổng Dịch vụ công quốc gia")
EXPLAIN = declare("indices.differences.explain", "Giải thích chênh lệch giữa số của tỉnh và số của Cổng")
MANAGE = declare("indices.sets.manage", "Nhập bộ chỉ số của tỉnh, chọn cách hiểu khi quy định chưa rõ")
