from typing import Any

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "motcua.modules.records"
    label = "records"

    def ready(self) -> None:
        from motcua.engine.clients.api import register_router
        from motcua.modules.dossiers.api import keep_files_while
        from motcua.modules.records import events, permissions  # noqa: F401
        from motcua.modules.records.figures import define_figures
        from motcua.modules.records.following import follow_units
        from motcua.modules.records.queries import files_needed, people_needed
        from motcua.reference.applicants.api import keep_while

        follow_units()
        keep_while("records", people_needed)
        keep_files_while("records", files_needed)
        define_figures()
        samples = dict.fromkeys(("papers", "store", "results", "deliver"), _some_dossier)
        samples |= dict.fromkeys(("accept_scan", "refuse_scan", "exempt", "reuse"), _some_component)
        register_router("records", _router, tag="Giấy tờ, số hóa", samples=samples)


def _router() -> Any:
    from motcua.modules.records.rest import router

    return router


def _some_dossier(viewer: Any) -> dict[str, Any]:
    """The dossier that the test walking every address asks for: the newest with a component in the viewer's units."""
    from motcua.engine.provinces.api import Province
    from motcua.kernel.ids import uuid7
    from motcua.modules.dossiers.api import components_in_units

    for province in Province.objects.order_by("pk"):
        found = components_in_units(viewer, province).order_by("-dossier_id").first()
        if found is not None:
            return {"uid": found.dossier.uid}
    return {"uid": uuid7()}


def _some_component(viewer: Any) -> dict[str, Any]:
    return _some_dossier(viewer) | {"number": 1}
