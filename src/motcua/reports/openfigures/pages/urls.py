from django.urls import path

from motcua.reports.openfigures.pages import views

app_name = "openfigures"
urlpatterns = [
    path("", views.index, name="index"),
    path("tat-ca.csv", views.whole_csv, name="whole-csv"),
    path("tat-ca.json", views.whole_json, name="whole-json"),
    path("<str:code>/", views.unit, name="unit"),
    path("<str:code>/bang.csv", views.unit_csv, name="unit-csv"),
    path("<str:code>/bang.json", views.unit_json, name="unit-json"),
]
