from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "motcua.reference.people"
    label = "people"

    def ready(self) -> None:
        from motcua.engine.accounts.api import provide_demo_accounts
        from motcua.engine.signing.api import register_authority
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reference.organisations.api import RowFollower, register_follower
        from motcua.reference.people import events  # noqa: F401
        from motcua.reference.people.cast import demo_accounts
        from motcua.reference.people.models import Person, Post
        from motcua.reference.people.permissions import VIEW
        from motcua.reference.people.signing import authority_by_post

        register_authority(authority_by_post)
        provide_demo_accounts(demo_accounts)
        # Grants follow by themselves, with the same moves: a post and its grant stay together.
        register_follower(RowFollower("people:posts", "Vị trí của cán bộ", lambda: Post))
        register_follower(RowFollower("people:persons", "Hồ sơ cán bộ", lambda: Person))
        add_entry(
            Entry(
                label=_("Nhân sự"),
                route="people:list",
                rule=VIEW,
                description=_("Cán bộ, vị trí theo thời gian, tài khoản và quyền"),
                order=70,
            )
        )
