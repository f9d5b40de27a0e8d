from django.urls import path

from motcua.reference.organisations.pages import changes, export, province, unit

app_name = "organisations"
urlpatterns = [
    path("", province.show, name="province"),
    path("tim/", province.search, name="search"),
    path("so-sanh/", province.compare, name="compare"),
    path("xuat/<str:form>/", export.units, name="export"),
    path("ma/<str:code>/", unit.by_code, name="by-code"),
    path("thay-doi/", changes.listing, name="changes"),
    path("thay-doi/moi/", changes.make, name="make"),
    path("thay-doi/<uuid:uid>/", changes.show, name="change"),
    path("thay-doi/<uuid:uid>/hoan-tac/", changes.undo, name="undo"),
    path("<uuid:uid>/", unit.show, name="unit"),
]
