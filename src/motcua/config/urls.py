"""Root addresses: each room brings its own, under its own prefix."""

from django.urls import URLPattern, URLResolver, include, path

ROOMS = (
    ("", "motcua.web.urls"),
    ("tai-khoan/", "motcua.engine.accounts.urls"),
    ("", "motcua.engine.observability.urls"),
    ("nhat-ky/", "motcua.engine.events.pages.urls"),
    ("cong-viec/", "motcua.engine.jobs.pages.urls"),
    ("hop-thu-di/", "motcua.engine.outbox.pages.urls"),
    ("thong-bao/", "motcua.engine.notices.pages.urls"),
    ("ket-noi/", "motcua.engine.clients.pages.urls"),
    ("so-dang-ky/", "motcua.engine.registers.pages.urls"),
    ("doc-du-lieu-ca-nhan/", "motcua.engine.privacy.pages.urls"),
    ("chu-ky-so/", "motcua.engine.signing.pages.urls"),
    ("nguoi-nop/", "motcua.reference.applicants.pages.urls"),
    ("thu-tuc/", "motcua.modules.catalogue.pages.urls"),
    ("ho-so/", "motcua.modules.dossiers.pages.urls"),
    ("tra-cuu/", "motcua.modules.dossiers.pages.public_urls"),
    ("phan-anh/", "motcua.modules.feedback.pages.urls"),
    ("don-vi/", "motcua.reference.organisations.pages.urls"),
    ("nhan-su/", "motcua.reference.people.pages.urls"),
    ("lich-lam-viec/", "motcua.reference.calendars.pages.urls"),
    ("dieu-hanh/", "motcua.reports.dashboards.pages.urls"),
    ("so-lieu/", "motcua.reports.explorer.pages.urls"),
    ("du-bao/", "motcua.reports.forecast.pages.urls"),
    ("so-lieu-mo/", "motcua.reports.openfigures.pages.urls"),
    ("man-hinh/", "motcua.reports.displays.pages.urls"),
    ("canh-bao/", "motcua.reports.watch.pages.urls"),
    ("bieu-mau/", "motcua.reports.forms.pages.urls"),
    ("bao-cao/", "motcua.reports.documents.pages.urls"),
    ("ky-bao-cao/", "motcua.reports.submissions.pages.urls"),
    ("chi-so/", "motcua.reports.indices.pages.urls"),
    ("kiem-tra-bao-cao/", "motcua.reports.audit.pages.urls"),
    ("api/v1/", "motcua.web.api.urls"),
)


urlpatterns: list[URLPattern | URLResolver] = [path(prefix, include(module)) for prefix, module in ROOMS]

handler400 = "motcua.web.errors.bad_request"
handler403 = "motcua.web.errors.not_found"
handler404 = "motcua.web.errors.not_found"
handler500 = "motcua.web.errors.server_error"
