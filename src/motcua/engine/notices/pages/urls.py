from django.urls import path

from motcua.engine.notices.pages import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("da-doc/", views.read_all, name="read-all"),
    path("gio-yen-lang/", views.quiet, name="quiet"),
    path("<uuid:uid>/mo/", views.open_notice, name="open"),
]
