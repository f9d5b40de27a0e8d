"""What a person may do to a job."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.engine.events.api import record
from motcua.engine.jobs.deferring import retry
from motcua.engine.jobs.errors import JobsError
from motcua.engine.jobs.events import RETRIED
from motcua.engine.jobs.permissions import RETRY
from motcua.engine.jobs.queries import visible
from motcua.engine.jobs.registry import label_of
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province


def retry_job(viewer: Viewer, job_id: int) -> None:
    """Puts a failed job back in the queue.

    Raises NotPermitted; JobsError `jobs.job.unknown` or `jobs.job.not-failed`.
    """
    viewer.require(RETRY)
    with transaction.atomic():
        owners = dict(visible(viewer).filter(pk=job_id).values_list("pk", "owner"))
        if job_id not in owners:
            raise JobsError(
                "jobs.job.unknown",
                _("Không có công việc số {job_id}; có thể nó đã được dọn.").format(job_id=job_id),
            )
        viewer.require(RETRY, province=owners[job_id], unit_path="/")
        job = ProcrastinateJob.objects.select_for_update().get(pk=job_id)
        if job.status != "failed":
            raise JobsError(
                "jobs.job.not-failed",
                _(
                    "Công việc số {job_id} không còn ở trạng thái lỗi; hãy tải lại trang để xem trạng thái mới."
                ).format(job_id=job_id),
            )
        retry(job_id)
        record(
            RETRIED,
            province=Province.objects.filter(pk=owners[job_id]).first() if owners[job_id] else None,
            subject=f"job:{job_id}",
            payload={"job": job_id, "name": label_of(job.task_name)},
            actor=viewer.user,  # type: ignore[arg-type]
        )
