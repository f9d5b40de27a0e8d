from django.urls import path

from motcua.reports.forecast.pages import views

app_name = "forecast"
urlpatterns = [
    path("", views.index, name="index"),
    path("ho-so.csv", views.lines_csv, name="lines-csv"),
    path("don-vi.csv", views.units_csv, name="units-csv"),
    path("do-chinh-xac/", views.accuracy, name="accuracy"),
    path("do-chinh-xac.csv", views.accuracy_csv, name="accuracy-csv"),
]
