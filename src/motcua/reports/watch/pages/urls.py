from django.urls import path

from motcua.reports.watch.pages import views

app_name = "watch"
urlpatterns = [
    path("", views.index, name="index"),
    path("quy-tac/", views.rules, name="rules"),
    path("quy-tac/sua/", views.rule, name="rule"),
    path("<uuid:uid>/", views.alert, name="alert"),
]
