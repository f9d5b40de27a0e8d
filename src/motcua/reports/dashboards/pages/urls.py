from django.urls import path

from motcua.reports.dashboards.pages import views

app_name = "dashboards"
urlpatterns = [
    path("", views.board, name="board"),
    path("<slug:chart>.csv", views.export, name="export"),
]
