from django.urls import path

from motcua.reference.calendars.pages import calculator, changing, settings, versions, year

app_name = "calendars"
urlpatterns = [
    path("", year.year, name="year"),
    path("lich.ics", year.icalendar, name="icalendar"),
    path("tinh-han/", calculator.calculator, name="calculator"),
    path("sua/", changing.change, name="change"),
    path("phien-ban/", versions.listing, name="versions"),
    path("phien-ban/<str:code>/<int:number>/", versions.version, name="version"),
    path("phien-ban/<str:code>/<int:number>/khoi-phuc/", versions.restore, name="restore"),
    path("tham-so/", settings.listing, name="parameters"),
    path("tham-so/<str:name>/", settings.parameter, name="parameter"),
]
