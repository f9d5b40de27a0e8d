from django.apps import AppConfig


class SimulationConfig(AppConfig):
    name = "motcua.simulation"
    label = "simulation"

    def ready(self) -> None:
        from motcua.simulation import events  # noqa: F401
