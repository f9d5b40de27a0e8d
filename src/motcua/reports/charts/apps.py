from django.apps import AppConfig


class ChartsConfig(AppConfig):
    name = "motcua.reports.charts"
    label = "charts"
