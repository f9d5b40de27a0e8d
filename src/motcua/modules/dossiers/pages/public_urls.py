from django.urls import path

from motcua.modules.dossiers.pages import following

app_name = "follow"
urlpatterns = [path("", following.follow_page, name="follow")]
