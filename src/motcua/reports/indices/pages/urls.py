from django.urls import path

from motcua.reports.indices.pages import showing

app_name = "indices"
urlpatterns = [
    path("", showing.overview, name="overview"),
    path("<slug:set_code>/<str:unit>/", showing.unit, name="unit"),
    path("<slug:set_code>/<str:unit>/mat-diem/", showing.losses, name="losses"),
    path("<slug:set_code>/<str:unit>/neu/", showing.what_if, name="what-if"),
]
