from django.urls import path, register_converter

from motcua.reports.forms.pages import cells, imports, sheets


class RowCode:
    """The number of a row: 1, 3.1, 2.4.3."""

    regex = r"\d+(?:\.\d+){0,3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RowCode, "rowcode")

app_name = "forms"
urlpatterns = [
    path("", sheets.index, name="index"),
    path("mo-ky/", sheets.open_period, name="open"),
    path("<uuid:uid>/bieu-<str:form>/", sheets.form_page, name="form"),
    path("<uuid:uid>/tai-xuong/", sheets.export, name="export"),
    path("<uuid:uid>/nhap-tep/", imports.upload, name="import"),
    path("tep/<uuid:uid>/", imports.decide, name="decide"),
    path("tep/<uuid:uid>/bo/", imports.discard, name="discard"),
    path("<uuid:uid>/bieu-<str:form>/<rowcode:code>/", cells.cell, name="cell"),
    path("<uuid:uid>/bieu-<str:form>/<rowcode:code>/sua/", cells.edit, name="edit"),
    path("<uuid:uid>/bieu-<str:form>/<rowcode:code>/tong-hop/", cells.collect, name="collect"),
    path("<uuid:uid>/bieu-<str:form>/<rowcode:code>/dem/", cells.count, name="count"),
    path("<uuid:uid>/bieu-<str:form>/<rowcode:code>/tinh-lai/", cells.recompute, name="recompute"),
]
