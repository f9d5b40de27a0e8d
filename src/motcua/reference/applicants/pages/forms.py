from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.reference.applicants.data import ApplicantDraft
from motcua.reference.applicants.errors import ApplicantRefused
from motcua.reference.applicants.identity import LONGEST_NAME
from motcua.reference.applicants.models import IdentityKind, Kind


class ApplicantForm(forms.Form):
    """An applicant as typed. What is wrong is said by the operation, at the field it is about."""

    kind = forms.ChoiceField(label=_("Loại"), choices=[(kind.value, _(kind.label)) for kind in Kind])
    display_name = forms.CharField(label=_("Họ và tên, tên tổ chức"), max_length=2 * LONGEST_NAME)
    identity_kind = forms.ChoiceField(
        label=_("Loại giấy tờ"),
        choices=[("", _("Không có")), *((kind.value, _(kind.label)) for kind in IdentityKind)],
        required=False,
    )
    identity_number = forms.CharField(label=_("Số giấy tờ"), max_length=40, required=False)
    phone = forms.CharField(label=_("Số điện thoại"), max_length=30, required=False)
    email = forms.CharField(label=_("Thư điện tử"), max_length=254, required=False)
    birth_date = forms.CharField(
        label=_("Ngày sinh"),
        max_length=20,
        required=False,
        help_text=_("Như 17/05/1990; chỉ với cá nhân."),
    )
    representative = forms.CharField(
        label=_("Người đại diện"),
        max_length=2 * LONGEST_NAME,
        required=False,
        help_text=_("Chỉ với doanh nghiệp, tổ chức, hộ kinh doanh."),
    )
    address = forms.CharField(label=_("Địa chỉ"), max_length=1000, required=False)
    place_code = forms.CharField(
        label=_("Mã xã, phường"),
        max_length=10,
        required=False,
        help_text=_("5 chữ số của danh mục đơn vị hành chính."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"
            field.widget.attrs["autocomplete"] = "off"
            field.error_messages["required"] = _("Hãy nhập ô này.")
            if "max_length" in field.error_messages or hasattr(field, "max_length"):
                field.error_messages["max_length"] = _("Ô này dài quá.")
        self.known: Any = None

    def draft(self) -> ApplicantDraft:
        """What was typed, also when the form has errors."""
        data = self.cleaned_data
        names = ApplicantDraft.__dataclass_fields__
        return ApplicantDraft(**{name: data.get(name) or "" for name in names})

    def refuse(self, refusal: ApplicantRefused) -> None:
        """Puts a refusal at the field it is about."""
        self.known = refusal.known
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.message)
