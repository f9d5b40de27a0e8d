from motcua.engine.jobs.api import every, job
from motcua.modules.catalogue.importing.operations import apply_import
from motcua.modules.catalogue.operations import settle_lifecycles


@job("catalogue.apply-import", "Áp dụng tệp danh mục thủ tục", once=False)
def apply_import_job(batch: int) -> None:
    apply_import(batch)


@every(600.0, "catalogue.settle", "Chuyển thủ tục đến ngày dừng sang đã dừng")
def settle() -> None:
    settle_lifecycles()
