from django.urls import path

from motcua.reports.displays.pages import views

app_name = "displays"
urlpatterns = [
    path("", views.screen, name="wall"),
    path("quan-ly/", views.manage, name="manage"),
    path("thu-hoi/", views.revoke, name="revoke"),
    path("mo/<str:key>/", views.enter, name="enter"),
]
