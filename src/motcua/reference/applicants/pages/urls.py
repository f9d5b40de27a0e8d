from django.urls import path

from motcua.reference.applicants.pages import editing, finding, merging

app_name = "applicants"
urlpatterns = [
    path("", finding.list_applicants, name="list"),
    path("them/", editing.add, name="add"),
    path("<uuid:uid>/", finding.applicant, name="applicant"),
    path("<uuid:uid>/mo/", finding.opened, name="open"),
    path("<uuid:uid>/sua/", editing.edit, name="edit"),
    path("<uuid:uid>/gop/", merging.merge, name="merge"),
    path("<uuid:uid>/tach/", merging.unmerge, name="unmerge"),
]
