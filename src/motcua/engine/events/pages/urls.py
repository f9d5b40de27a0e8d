from django.urls import path

from motcua.engine.events.pages import views

app_name = "events"
urlpatterns = [
    path("", views.log, name="log"),
    path("<uuid:uid>/", views.event, name="event"),
]
