from django.apps import AppConfig
from django.utils.translation import gettext_noop


class DossiersConfig(AppConfig):
    name = "motcua.modules.dossiers"
    label = "dossiers"

    def ready(self) -> None:
        from motcua.engine.registers.api import declare_register
        from motcua.modules.catalogue.api import register_flight_counter
        from motcua.modules.dossiers import events, permissions, queries  # noqa: F401
        from motcua.modules.dossiers.following import follow_units
        from motcua.modules.dossiers.telling import declare_notices
        from motcua.modules.dossiers.warning import declare_warnings

        follow_units()
        declare_notices()
        declare_warnings()
        register_flight_counter(queries.in_flight)
        for kind, label in _REGISTERS.items():
            declare_register(kind, label)


_REGISTERS = {
    "dossier": gettext_noop("Mã hồ sơ theo ngày"),
    "slip:02": gettext_noop("Phiếu yêu cầu bổ sung"),
    "slip:03": gettext_noop("Phiếu từ chối"),
    "slip:04": gettext_noop("Văn bản xin lỗi"),
    "slip:05": gettext_noop("Thông báo dừng giải quyết"),
    "slip:withdrawal": gettext_noop("Phiếu rút hồ sơ"),
    "result": gettext_noop("Kết quả giải quyết hồ sơ"),
}
