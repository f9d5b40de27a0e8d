from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PrivacyConfig(AppConfig):
    name = "motcua.engine.privacy"
    label = "privacy"

    def ready(self) -> None:
        from motcua.engine.privacy import permissions  # noqa: F401

        post_migrate.connect(_remember_keys, sender=self)


def _remember_keys(**_: Any) -> None:
    from motcua.engine.privacy.keys import remember_keys

    remember_keys()
