from django.urls import path

from motcua.modules.feedback.pages import views

app_name = "feedback"
urlpatterns = [
    path("", views.tickets, name="tickets"),
    path("moi/", views.receive, name="receive"),
    path("<uuid:uid>/", views.ticket, name="ticket"),
    path("<uuid:uid>/viec/<slug:work>/", views.act, name="act"),
    path("<uuid:uid>/nguoi-gui/", views.sender, name="sender"),
]
