from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "motcua.modules.records"
    label = "records"

    def ready(self) -> None:
        from motcua.modules.records import events, permissions  # noqa: F401
        from motcua.modules.records.figures import define_figures
        from motcua.modules.records.following import follow_units
        from motcua.modules.records.queries import people_needed
        from motcua.reference.applicants.api import keep_while

        follow_units()
        keep_while("records", people_needed)
        define_figures()
