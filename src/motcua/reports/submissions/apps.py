from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class SubmissionsConfig(AppConfig):
    name = "motcua.reports.submissions"
    label = "submissions"

    def ready(self) -> None:
        from motcua.engine.notices.api import declare_notice
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reference.organisations.api import register_follower
        from motcua.reports.forms.api import register_lock, register_written
        from motcua.reports.submissions import events  # noqa: F401
        from motcua.reports.submissions.following import OpenSubmissions
        from motcua.reports.submissions.locking import keep_counts, lock_of_sheet
        from motcua.reports.submissions.permissions import VIEW

        register_lock(lock_of_sheet)
        register_written(keep_counts)
        register_follower(OpenSubmissions())
        declare_notice(
            "submissions.due",
            gettext_noop("Hạn nộp báo cáo cải cách hành chính"),
            gettext_noop("{title}: {unit}, {days}"),
            gettext_noop(
                "{title}: biểu của {unit} chưa nộp, hạn {due} ({days}). Mở để xem còn thiếu gì rồi nộp."
            ),
        )
        add_entry(
            Entry(
                _("Kỳ báo cáo"),
                "submissions:index",
                VIEW,
                _(
                    "Thu biểu báo cáo cải cách hành chính của các đơn vị: đã điền sẵn, còn thiếu gì, đã nộp, đã duyệt."
                ),
                order=39,
            )
        )
