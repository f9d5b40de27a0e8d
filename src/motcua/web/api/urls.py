from django.urls import path

from motcua.web.api.api import api, patterns
from motcua.web.api.reference import openapi, reference

app_name = "api"
urlpatterns = [
    path("", reference, name="reference"),
    path("openapi.json", openapi, name="openapi"),
    *patterns(api()),
]
