from motcua.engine.jobs.api import job
from motcua.modules.catalogue.importing.operations import apply_import


@job("catalogue.apply-import", "Áp dụng tệp danh mục thủ tục", once=False)
def apply_import_job(batch: int) -> None:
    apply_import(batch)
