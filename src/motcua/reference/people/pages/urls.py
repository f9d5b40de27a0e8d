from django.urls import path

from motcua.reference.people.pages import accounts, persons, posts, roles

app_name = "people"
urlpatterns = [
    path("", persons.list_persons, name="list"),
    path("them/", persons.add, name="add"),
    path("quyen/", roles.who, name="who"),
    path("vai-tro/", roles.list_roles, name="roles"),
    path("vai-tro/<slug:code>/", roles.role, name="role"),
    path("<uuid:uid>/", persons.person, name="person"),
    path("<uuid:uid>/tai-khoan/", accounts.open_, name="open-account"),
    path("<uuid:uid>/mat-khau/", accounts.reset, name="reset-password"),
    path("<uuid:uid>/hai-lop/", accounts.second_factor, name="remove-second-factor"),
    path("<uuid:uid>/khoa/", accounts.deactivate, name="deactivate"),
    path("<uuid:uid>/mo-khoa/", accounts.reactivate, name="reactivate"),
    path("<uuid:uid>/phien/<int:session>/", accounts.end, name="end-session"),
    path("<uuid:uid>/vi-tri/", posts.give, name="give-post"),
    path("vi-tri/<uuid:uid>/ket-thuc/", posts.end, name="end-post"),
    path("vi-tri/<uuid:uid>/uy-quyen/", posts.stand_in, name="stand-in"),
]
