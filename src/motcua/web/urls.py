from django.urls import path

from motcua.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("tinh/", views.choose_province, name="choose-province"),
    path("ngon-ngu/", views.choose_language, name="choose-language"),
]
