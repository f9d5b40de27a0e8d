from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigningConfig(AppConfig):
    name = "motcua.engine.signing"
    label = "signing"

    def ready(self) -> None:
        from motcua.engine.documents.api import register_templates
        from motcua.engine.permissions.api import PUBLIC, SIGNED_IN
        from motcua.engine.privacy.api import declare_sealed_files
        from motcua.engine.signing import events
        from motcua.engine.signing.keys import sealed_files
        from motcua.engine.ui.api import Entry, add_entry

        events.declare_types()
        register_templates("signing", Path(__file__).parent / "typst")
        declare_sealed_files(sealed_files)
        add_entry(
            Entry(
                _("Chữ ký số"),
                "signing:own",
                SIGNED_IN,
                _("Chứng thư số của bạn và của đơn vị: hạn dùng, nơi giữ khóa."),
                order=86,
            )
        )
        add_entry(
            Entry(
                _("Kiểm tra chữ ký số"),
                "signing:check",
                PUBLIC,
                _("Ai đã ký tệp PDF này, lúc nào, và từ đó có gì thay đổi."),
                order=87,
            )
        )
