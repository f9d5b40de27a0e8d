from django.apps import AppConfig


class ApplicantsConfig(AppConfig):
    name = "motcua.reference.applicants"
    label = "applicants"

    def ready(self) -> None:
        from motcua.reference.applicants import events, permissions  # noqa: F401
