from django.urls import path

from motcua.reports.explorer.pages import views

app_name = "explorer"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:code>/", views.figure_page, name="figure"),
    path("<str:code>/bang.csv", views.table, name="table"),
    path("<str:code>/ban-ghi/", views.records, name="records"),
    path("<str:code>/ban-ghi.csv", views.records_csv, name="records-csv"),
]
