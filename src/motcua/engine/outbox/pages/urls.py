from django.urls import path

from motcua.engine.outbox.pages import views

app_name = "outbox"
urlpatterns = [
    path("", views.index, name="index"),
    path("kenh/gui-lai/", views.replay_whole_lane, name="replay-lane"),
    path("<uuid:uid>/", views.message, name="message"),
    path("<uuid:uid>/noi-dung/", views.content, name="content"),
    path("<uuid:uid>/gui-lai/", views.replay, name="replay"),
    path("<uuid:uid>/huy/", views.cancel, name="cancel"),
]
