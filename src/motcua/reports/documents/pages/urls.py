from django.urls import path

from motcua.reports.documents.pages import editions, reports

app_name = "narrative"
urlpatterns = [
    path("", reports.index, name="index"),
    path("<uuid:uid>/", reports.report, name="report"),
    path("<uuid:uid>/dau-trang/", reports.head, name="head"),
    path("<uuid:uid>/doan/<str:key>/", reports.passage, name="passage"),
    path("<uuid:uid>/ban/", editions.listing, name="editions"),
    path("<uuid:uid>/so-sanh/", editions.comparison, name="compare"),
    path("<uuid:uid>/ban/<int:number>/", editions.edition, name="edition"),
    path("<uuid:uid>/ban/<int:number>/<str:form>/", editions.download, name="download"),
]
