from django.urls import path

from motcua.engine.privacy.pages import views

app_name = "privacy"
urlpatterns = [
    path("", views.readings, name="readings"),
    path("luu-giu/", views.retention, name="retention"),
]
