from django.urls import path

from motcua.reports.audit.pages import downloads, findings, results, sharing, uploads

app_name = "audit"
urlpatterns = [
    path("", uploads.list_audits, name="list"),
    path("moi/", uploads.upload, name="upload"),
    path("mau/<slug:slug>/", uploads.example, name="example"),
    path("<uuid:uid>/", results.result, name="result"),
    path("<uuid:uid>/tai/<slug:form>/", downloads.download, name="download"),
    path("<uuid:uid>/phat-hien/<str:finding>/", findings.mark, name="mark"),
    path("<uuid:uid>/chia-se/", sharing.share, name="share"),
    path("<uuid:uid>/thoi-chia-se/<int:user>/", sharing.unshare, name="unshare"),
    path("<uuid:uid>/xoa/", sharing.delete, name="delete"),
]
