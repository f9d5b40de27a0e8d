"""Addresses of the room. Those with a code stand last: whatever is no word of ours is taken for a code."""

from django.urls import include, path

from motcua.modules.catalogue.pages import (
    announcing,
    drafting,
    exports,
    guide,
    imports,
    managing,
    public,
    unit_changes,
)
from motcua.modules.catalogue.processes.pages.urls import process_urls
from motcua.modules.catalogue.search.pages import search_urls

app_name = "catalogue"
urlpatterns = [
    path("", public.listing, name="list"),
    path("tong-hop/", public.totals, name="totals"),
    path("xuat/<str:form>/", exports.listing, name="export"),
    path("quan-ly/", managing.overview, name="manage"),
    path("quan-ly/moi/", managing.create, name="create"),
    path("quan-ly/nhap/", imports.upload, name="import"),
    path("quan-ly/nhap/<uuid:uid>/", imports.batch, name="batch"),
    path("quan-ly/nhap/<uuid:uid>/ap-dung/", imports.apply, name="apply"),
    path("quan-ly/nhap/<uuid:uid>/bo/", imports.discard, name="discard-import"),
    path("quan-ly/nhap/<uuid:uid>/bao-cao/<str:form>/", imports.report, name="report"),
    path("quan-ly/<str:code>/", managing.procedure, name="manage-procedure"),
    path("quan-ly/<str:code>/soan/", drafting.edit, name="draft"),
    path("quan-ly/<str:code>/bo-ban-soan/", managing.discard, name="discard-draft"),
    path("quan-ly/<str:code>/chuyen/", managing.move, name="move"),
    path("quan-ly/<str:code>/cong-bo/", announcing.announcement, name="announce"),
    path("quan-ly/<str:code>/dung/", announcing.stop, name="stop"),
    path("quan-ly/<str:code>/don-vi/", unit_changes.listing, name="overrides"),
    path("quan-ly/<str:code>/don-vi/<int:number>/ket-thuc/", unit_changes.end, name="end-override"),
    *search_urls,
    path("quy-trinh/", include(process_urls)),
    path("<str:code>/", public.procedure, name="procedure"),
    path("<str:code>/in/", public.sheet, name="sheet"),
    path("<str:code>/in/pdf/", guide.guide, name="guide"),
    path("<str:code>/so-sanh/", public.comparison, name="compare"),
    path("<str:code>/<str:form>/", exports.one, name="export-one"),
]
