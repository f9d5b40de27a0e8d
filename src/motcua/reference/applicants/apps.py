from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicantsConfig(AppConfig):
    name = "motcua.reference.applicants"
    label = "applicants"

    def ready(self) -> None:
        from motcua.engine.privacy.api import declare_personal_fields, declare_purpose, declare_subjects
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reference.applicants import events, keeping, words  # noqa: F401
        from motcua.reference.applicants.permissions import VIEW
        from motcua.reference.applicants.queries import described

        declare_personal_fields(words.FIELDS)
        for code, label in (words.PURPOSES | words.OWN_PURPOSES).items():
            declare_purpose(code, label)
        declare_subjects("applicant", described)
        keeping.declare()
        add_entry(
            Entry(
                _("Người nộp"),
                "applicants:list",
                VIEW,
                _("Tìm người nộp hồ sơ theo tên không dấu, số giấy tờ, điện thoại."),
                order=60,
            )
        )
