"""The folder of contents is swept every six hours."""

from motcua.engine.files.upkeep import sweep
from motcua.engine.jobs.api import every

every(6 * 3600, "files.sweep", "Dọn nội dung tệp không còn được dùng")(sweep)
