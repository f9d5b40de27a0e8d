from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisationsConfig(AppConfig):
    name = "motcua.reference.organisations"
    label = "organisations"

    def ready(self) -> None:
        from motcua.engine.facts.api import register_codes_under
        from motcua.engine.permissions.api import PUBLIC
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reference.organisations import events  # noqa: F401
        from motcua.reference.organisations.followers import follow_grants
        from motcua.reference.organisations.permissions import MANAGE
        from motcua.reference.organisations.queries import codes_under

        follow_grants()
        register_codes_under(codes_under)
        add_entry(
            Entry(
                label=pgettext_lazy("menu", "Đơn vị"),
                route="organisations:province",
                rule=PUBLIC,
                description=_("Xã, phường, sở, ngành vào một ngày bất kỳ; đơn vị cũ nay ở đâu"),
                order=20,
            )
        )
        add_entry(
            Entry(
                label=_("Sắp xếp đơn vị"),
                route="organisations:changes",
                rule=MANAGE,
                description=_("Hợp nhất, chia, đổi tên, chuyển, giải thể; xem trước và hoàn tác"),
                order=75,
            )
        )
