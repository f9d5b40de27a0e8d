"""Sign-in, password, second factor and sessions, by allauth. Sign-up is closed (see adapter)."""

from django.urls import include, path

urlpatterns = [
    path("", include("allauth.account.urls")),
    path("hai-lop/", include("allauth.mfa.urls")),
    path("phien/", include("allauth.usersessions.urls")),
]
