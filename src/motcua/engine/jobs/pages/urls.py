from django.urls import path

from motcua.engine.jobs.pages import views

app_name = "jobs"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:job_id>/chay-lai/", views.run_again, name="retry"),
]
