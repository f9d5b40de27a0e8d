from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class DossiersConfig(AppConfig):
    name = "motcua.modules.dossiers"
    label = "dossiers"

    def ready(self) -> None:
        from motcua.engine.clients.api import register_router
        from motcua.engine.permissions.api import PUBLIC
        from motcua.engine.privacy.api import declare_personal_fields, declare_purpose, declare_subjects
        from motcua.engine.registers.api import declare_register
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.modules.catalogue.api import register_flight_counter
        from motcua.modules.dossiers import erasing, events, permissions, queries  # noqa: F401
        from motcua.modules.dossiers.agencies import define_agencies
        from motcua.modules.dossiers.facts import define_facts
        from motcua.modules.dossiers.figures import define_figures
        from motcua.modules.dossiers.following import follow_units
        from motcua.modules.dossiers.keepers import follow_heirs
        from motcua.modules.dossiers.keeping import described, link_of, people_needed
        from motcua.modules.dossiers.recalendar import follow_calendars
        from motcua.modules.dossiers.rest_samples import BODIES, SAMPLES
        from motcua.modules.dossiers.steps import define_steps
        from motcua.modules.dossiers.telling import declare_notices
        from motcua.modules.dossiers.warning import declare_warnings
        from motcua.reference.applicants.api import keep_while

        follow_units()
        follow_heirs()
        follow_calendars()
        declare_notices()
        declare_warnings()
        register_flight_counter(queries.in_flight)
        register_router("dossiers", _router, tag="Hồ sơ", samples=SAMPLES, bodies=BODIES)
        for kind, label in _REGISTERS.items():
            declare_register(kind, label, link=link_of)
        keep_while("dossiers", people_needed)
        erasing.declare()
        define_facts()
        define_steps()
        define_agencies()
        define_figures()
        declare_subjects("dossier", described)
        declare_purpose("dossiers.print", _PRINTING)
        declare_purpose("dossiers.open-file", _OPENING)
        declare_personal_fields({"dossiers.file": _FILE})
        add_entry(Entry(_("Hồ sơ"), "dossiers:work", permissions.VIEW, _WORKBENCH, order=5))
        add_entry(Entry(_("Tra cứu hồ sơ"), "follow:follow", PUBLIC, _FOLLOWING, order=15))


_REGISTERS = {
    "dossier": gettext_noop("Mã hồ sơ theo ngày"),
    "slip:02": gettext_noop("Phiếu yêu cầu bổ sung"),
    "slip:03": gettext_noop("Phiếu từ chối"),
    "slip:04": gettext_noop("Văn bản xin lỗi"),
    "slip:05": gettext_noop("Thông báo dừng giải quyết"),
    "slip:withdrawal": gettext_noop("Phiếu rút hồ sơ"),
    "result": gettext_noop("Kết quả giải quyết hồ sơ"),
}


def _router() -> Any:
    from motcua.modules.dossiers.rest import router

    return router


_PRINTING = gettext_noop("In giấy tờ của hồ sơ")
_OPENING = gettext_noop("Mở tệp của hồ sơ")
_FILE = gettext_noop("Tệp giấy tờ, kết quả")
_WORKBENCH = _("Việc cần làm theo hạn, hồ sơ, duyệt và ký, quá hạn, bảng điều hành")
_FOLLOWING = _("Hồ sơ của bạn đang ở đâu: nhập mã hồ sơ và mã kiểm tra in trên giấy tiếp nhận")
