from django.urls import path

from motcua.engine.signing.pages import views

app_name = "signing"
urlpatterns = [
    path("", views.own, name="own"),
    path("don-vi/", views.units, name="units"),
    path("nap/", views.add, name="add"),
    path("kiem-tra/", views.check, name="check"),
    path("<uuid:uid>/cat/", views.retire, name="retire"),
    path("<uuid:uid>/chung-thu.pem", views.certificate, name="certificate"),
]
