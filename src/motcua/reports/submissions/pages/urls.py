from django.urls import path

from motcua.reports.submissions.pages import campaigns, cells, offline, submissions

app_name = "submissions"
_CELL = "bieu/<uuid:uid>/o/<str:form>/<str:code>/"
urlpatterns = [
    path("", campaigns.index, name="index"),
    path("moi/", campaigns.new, name="new"),
    path("ngoai-tuyen.js", offline.worker, name="worker"),
    path("<uuid:uid>/", campaigns.campaign, name="campaign"),
    path("<uuid:uid>/csv/", campaigns.export, name="export"),
    path("<uuid:uid>/duyet/", campaigns.approve, name="approve"),
    path("<uuid:uid>/nhac/", campaigns.remind_units, name="remind"),
    path("<uuid:uid>/thiet-lap/", campaigns.settings, name="settings"),
    path("bieu/<uuid:uid>/", submissions.submission, name="submission"),
    path("bieu/<uuid:uid>/viec/", submissions.act, name="act"),
    path("bieu/<uuid:uid>/ghi/", submissions.save, name="save"),
    path("bieu/<uuid:uid>/ban/", submissions.versions, name="versions"),
    path("bieu/<uuid:uid>/ban/<int:number>/", submissions.version, name="version"),
    path("bieu/<uuid:uid>/ngoai-tuyen/", offline.page_of, name="offline"),
    path("bieu/<uuid:uid>/ngoai-tuyen/gui/", offline.send, name="send"),
    path(_CELL, cells.cell, name="cell"),
    path(_CELL + "xet/", cells.judge_typed, name="judge"),
    path(_CELL + "gop-y/", cells.say, name="say"),
    path(_CELL + "tep/<int:revision>/", cells.evidence, name="evidence"),
    path("gop-y/<uuid:uid>/", cells.resolve, name="resolve"),
]
