from django.apps import AppConfig


class ApplicantsConfig(AppConfig):
    name = "motcua.reference.applicants"
    label = "applicants"
