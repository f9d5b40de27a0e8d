from django.urls import path

from motcua.engine.clients.pages import views

app_name = "clients"
urlpatterns = [
    path("", views.index, name="index"),
    path("mo/", views.new, name="new"),
    path("<uuid:uid>/", views.client, name="client"),
    path("<uuid:uid>/sua/", views.change, name="change"),
    path("<uuid:uid>/doi-ma/", views.rotate, name="rotate"),
    path("<uuid:uid>/khoa/", views.revoke, name="revoke"),
    path("<uuid:uid>/webhook/", views.add_hook, name="add-hook"),
    path("<uuid:uid>/webhook/<uuid:hook>/", views.act_on_hook, name="hook"),
]
