from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    name = "motcua.engine.observability"
    label = "observability"

    def ready(self) -> None:
        from motcua.engine.jobs.api import watch_jobs
        from motcua.engine.observability.jobwatch import job_ended

        watch_jobs(job_ended)
