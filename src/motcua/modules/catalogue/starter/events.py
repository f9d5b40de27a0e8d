from motcua.engine.events.api import declare_event

STARTER_LOADED = declare_event(
    "catalogue:starter:loaded",
    "Nạp danh mục khởi đầu: thêm {count} thủ tục, trong đó {simulated} thủ tục mô phỏng",
)
STARTER_CARRIED = declare_event(
    "catalogue:starter:carried-back",
    "Cho năm mô phỏng: {count} thủ tục của danh mục khởi đầu có hiệu lực từ {since}",
)
