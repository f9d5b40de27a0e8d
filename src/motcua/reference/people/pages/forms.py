from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.engine.permissions.api import Role
from motcua.kernel.clock import today
from motcua.reference.people.models import PostKind
from motcua.reference.people.posts import Assignment
from motcua.reference.people.roles import CITIZEN
from motcua.reference.people.units import Span, UnitRef


class HouseForm(forms.Form):
    """Bootstrap's classes, and errors in Vietnamese whatever the browser's language."""

    required_message = _("Hãy nhập ô này.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"
            field.error_messages["required"] = self.required_message
            if isinstance(field, forms.DateField):
                field.error_messages["invalid"] = _("Ngày không hợp lệ; ví dụ 15/07/2026.")


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A date chosen in the browser, or typed as 15/07/2026."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    formats = ["%Y-%m-%d", "%d/%m/%Y"]
    return forms.DateField(
        label=label, required=required, widget=widget, input_formats=formats, help_text=help_text
    )


class PostForm(HouseForm):
    role = forms.ModelChoiceField(label=_("Vai trò"), queryset=Role.objects.none(), to_field_name="code")
    unit = forms.ChoiceField(label=_("Đơn vị"), required=False)
    kind = forms.ChoiceField(
        label=_("Hình thức"),
        choices=[(kind.value, _(kind.label)) for kind in (PostKind.POST, PostKind.SECONDMENT)],
    )
    title = forms.CharField(label=_("Chức danh"), max_length=200, required=False)
    decision_number = forms.CharField(label=_("Số quyết định"), max_length=100, required=False)
    valid_from = day_field(_("Từ ngày"))
    valid_to = day_field(
        _("Đến trước ngày"), required=False, help_text=_("Bỏ trống khi chưa biết ngày kết thúc.")
    )

    def __init__(self, *args: Any, units: list[UnitRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.code: unit for unit in units}
        self.fields["unit"].choices = [(unit.code, _unit_label(unit)) for unit in units]
        roles = Role.objects.exclude(code=CITIZEN).order_by("label")
        self.fields["role"].queryset = roles
        self.fields["role"].empty_label = None
        self.fields["role"].label_from_instance = lambda role: _(role.label)
        self.fields["valid_from"].initial = today

    def clean_unit(self) -> str:
        """The empty code is the whole province, hence never a default for who manages one unit of it."""
        code: str = self.cleaned_data["unit"]
        if code not in self.units:
            raise forms.ValidationError(_("Hãy chọn đơn vị."))
        return code

    def assignment(self) -> Assignment:
        """What the form says, as the operation takes it."""
        data = self.cleaned_data
        return Assignment(
            role=data["role"],
            unit=self.units[data["unit"]],
            span=Span(data["valid_from"], data["valid_to"]),
            kind=PostKind(data["kind"]),
            title=data["title"],
            decision_number=data["decision_number"],
        )


class AddPersonForm(PostForm):
    """Person, account and first post in one go."""

    display_name = forms.CharField(label=_("Họ và tên"), max_length=200)
    phone = forms.CharField(label=_("Điện thoại"), max_length=20, required=False)
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        error_messages={"invalid": _("Địa chỉ thư điện tử không hợp lệ.")},
    )
    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=50,
        required=False,
        help_text=_("Bỏ trống nếu chưa mở tài khoản. Chữ không dấu, số, dấu chấm, gạch."),
    )
    field_order = ["display_name", "phone", "email", "username", "unit", "role"]


class StandInForm(HouseForm):
    to = forms.CharField(
        label=_("Người nhận"), max_length=50, help_text=_("Tên đăng nhập của người được uỷ quyền, thay thế.")
    )
    kind = forms.ChoiceField(
        label=_("Hình thức"),
        choices=[(kind.value, _(kind.label)) for kind in (PostKind.DELEGATION, PostKind.SUBSTITUTION)],
    )
    valid_from = day_field(_("Từ ngày"))
    valid_to = day_field(_("Đến trước ngày"))
    decision_number = forms.CharField(label=_("Số văn bản"), max_length=100)


def _unit_label(unit: UnitRef) -> str:
    return f"{unit.name} ({unit.code})" if unit.code else str(unit.name)
