from django.urls import path

from motcua.engine.registers.pages import views

app_name = "registers"
urlpatterns = [
    path("", views.list_registers, name="list"),
    path("<str:kind>/<str:unit>/<str:period>/", views.register, name="register"),
    path("<str:kind>/<str:unit>/<str:period>/so-dang-ky.csv", views.export, name="export"),
    path("<str:kind>/<str:unit>/<str:period>/<int:number>/huy/", views.withdraw, name="withdraw"),
]
