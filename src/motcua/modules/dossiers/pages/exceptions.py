"""The province's exceptions for a second supplement."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import today
from motcua.modules.dossiers import api
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.models import SupplementException
from motcua.modules.dossiers.pages.shell import show


class ExceptionForm(forms.Form):
    """A new exception; what is wrong is said by the operation."""

    procedure_code = forms.CharField(
        label=_("Mã thủ tục (bỏ trống: mọi thủ tục)"), max_length=20, required=False
    )
    basis = forms.CharField(label=_("Quy định cho phép (số, ngày, điều khoản)"), max_length=300)
    valid_from = forms.DateField(label=_("Từ ngày"), input_formats=["%d/%m/%Y", "%Y-%m-%d"])
    valid_to = forms.DateField(label=_("Trước ngày"), input_formats=["%d/%m/%Y", "%Y-%m-%d"], required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


@page(may.EXCEPTIONS, methods=("GET", "POST"))
def exceptions(request: ViewedRequest) -> HttpResponse:
    """What is in force and what was, and a form for a new one."""
    form = ExceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            api.give_exception(request.viewer, request.province, **form.cleaned_data)
            return redirect("dossiers:exceptions")
        except api.DossierRefused as refusal:
            form.add_error(None, refusal.message)
    rows = request.viewer.within(
        SupplementException.objects.filter(province=request.province), may.EXCEPTIONS, unit_path=None
    )
    context = {"form": form, "rows": rows.order_by("-valid_from", "-pk"), "today": today()}
    return show(request, "dossiers/exceptions.html", context, status=400 if form.errors else 200)


@page(may.EXCEPTIONS, methods=("POST",))
def end(request: ViewedRequest, pk: int) -> HttpResponse:
    """Ends one from today."""
    found = SupplementException.objects.filter(province=request.province, pk=pk).first()
    if found is None:
        raise Http404
    try:
        api.end_exception(request.viewer, found, today())
    except api.DossierRefused as refusal:
        form = ExceptionForm()
        context = {"form": form, "rows": [found], "today": today(), "refusal": refusal.message}
        return show(request, "dossiers/exceptions.html", context, status=400)
    return redirect("dossiers:exceptions")
