from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "motcua.reference.organisations"
    label = "organisations"

    def ready(self) -> None:
        from motcua.reference.organisations import events, permissions  # noqa: F401
        from motcua.reference.organisations.followers import follow_grants

        follow_grants()
