"""Addresses under `thu-tuc/quy-trinh/`, part of the room's own. Those with a code stand last."""

from django.urls import path

from motcua.modules.catalogue.processes.pages import approving, editing, files, plans, projects, public

process_urls = [
    path("", public.overview, name="processes"),
    path("xuat/<str:form>/", public.export, name="processes-export"),
    path("nhap/", files.table, name="process-table"),
    path("du-an/", projects.register, name="key-projects"),
    path("du-an/<uuid:uid>/ket-thuc/", projects.end, name="end-key-project"),
    path("don-gian-hoa/", plans.listing, name="simplifications"),
    path("don-gian-hoa/xuat/<str:form>/", plans.export, name="simplifications-export"),
    path("don-gian-hoa/<uuid:uid>/", plans.one, name="simplification"),
    path("don-gian-hoa/<uuid:uid>/sua/", plans.edit, name="edit-simplification"),
    path("don-gian-hoa/<uuid:uid>/hoan-thanh/", plans.finish, name="finish-simplification"),
    path("<str:code>/", public.process, name="process"),
    path("<str:code>/bpmn/", files.bpmn, name="process-bpmn"),
    path("<str:code>/soan/", editing.edit, name="edit-process"),
    path("<str:code>/soan/kiem-tra/", editing.check, name="check-process"),
    path("<str:code>/bo-ban-soan/", editing.discard, name="discard-process"),
    path("<str:code>/nhap-bpmn/", files.take_bpmn, name="import-bpmn"),
    path("<str:code>/luong/", projects.derive, name="derive-lane"),
    path("<str:code>/phe-duyet/", approving.approve, name="approve-process"),
    path("<str:code>/thoi-ap-dung/", approving.close, name="close-process"),
    path("<str:code>/don-gian-hoa/", plans.add, name="add-simplification"),
]
