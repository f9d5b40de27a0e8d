from motcua.engine.permissions.api import declare

USE = declare("audit.reports.use", "Kiểm tra báo cáo của mình và báo cáo được chia sẻ")
