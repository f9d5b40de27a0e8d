from django.urls import path

from motcua.reports.indices.pages import beside, managing, showing, time

app_name = "indices"
urlpatterns = [
    path("", showing.overview, name="overview"),
    path("dung-chung/", managing.shared, name="shared"),
    path("nhap/", managing.imports, name="imports"),
    path("bo/", managing.sets, name="sets"),
    path("bo/<slug:set_code>/", managing.parameters, name="parameters"),
    path("<slug:set_code>/<str:unit>/", showing.unit, name="unit"),
    path("<slug:set_code>/<str:unit>/mat-diem/", showing.losses, name="losses"),
    path("<slug:set_code>/<str:unit>/neu/", showing.what_if, name="what-if"),
    path("<slug:set_code>/<str:unit>/neu/ho-so/", showing.mending, name="mending"),
    path("<slug:set_code>/<str:unit>/lich-su/", time.history, name="history"),
    path("<slug:set_code>/<str:unit>/lich-su.csv", time.history_csv, name="history-csv"),
    path("<slug:set_code>/<str:unit>/can-bo/", showing.officers, name="officers"),
    path("<slug:set_code>/<str:unit>/cong/", beside.portal, name="portal"),
]
