"""The form of a change: the decision, and what each kind of change needs beside it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.reference.organisations.api import (
    KINDS,
    Decision,
    Plan,
    UnitDraft,
    UnitInfo,
    plan_abolish,
    plan_found,
    plan_merge,
    plan_rename,
    plan_split,
    plan_transfer,
)

PARTS = 3
CODE = re.compile(r"^[A-Y]\d{2}(\.[0-9A-Y]{1,10}){0,4}$")
SHARE = re.compile(r"^(\d+)\s*/\s*(\d+)$|^(\d+)(?:[.,](\d+))?\s*%$")


def read_share(text: str) -> Fraction:
    """ "3/5" or "60%" or "33,3%" as an exact share. Raises ValidationError."""
    found = SHARE.match(text.strip())
    if not found or found.group(2) == "0":
        raise forms.ValidationError(_("Tỷ lệ viết như 3/5 hoặc 60%."))
    if found.group(1):
        return Fraction(int(found.group(1)), int(found.group(2)))
    tail = found.group(4) or ""
    return Fraction(int(found.group(3) + tail), 100 * 10 ** len(tail))


class AgencyCode(forms.CharField):
    """An identifier of QĐ 20/2020/QĐ-TTg: groups parted by dots, the province first, at most 35 characters."""

    def __init__(self, **named: Any) -> None:
        super().__init__(max_length=35, label=gettext_lazy("Mã định danh"), **named)

    def clean(self, value: Any) -> str:
        code = str(super().clean(value)).strip().upper()
        if code and not CODE.match(code):
            raise forms.ValidationError(
                _("Mã định danh gồm các nhóm chữ số, cách nhau dấu chấm, như H05.15.")
            )
        return code


class DecisionForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("Số quyết định, nghị quyết"), max_length=100)
    signed_on = forms.DateField(
        label=gettext_lazy("Ngày ký"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    effective_on = forms.DateField(
        label=gettext_lazy("Ngày hiệu lực"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    title = forms.CharField(label=gettext_lazy("Trích yếu"), max_length=500, required=False)

    def __init__(self, *arguments: Any, chosen: Sequence[UnitInfo], living: Sequence[UnitInfo], **named: Any):
        super().__init__(*arguments, **named)
        self.chosen, self.living = chosen, living
        self.add_fields()
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs.setdefault("class", "form-select" if select else "form-control")

    def add_fields(self) -> None:
        """Fields of this kind of change."""

    def plan(self) -> Plan:
        """The change the form asks for. Raises ChangeRefused."""
        raise NotImplementedError

    def decision(self) -> Decision:
        data = self.cleaned_data
        return Decision(data["number"], data["effective_on"], data["signed_on"], data["title"])

    def unit_field(self, label: Any, *, required: bool = True, initial: Any = None) -> forms.ChoiceField:
        """A choice among living units."""
        choices = [("", "—")] + [(str(unit.uid), f"{unit.name} ({unit.code})") for unit in self.living]
        return forms.ChoiceField(label=label, choices=choices, required=required, initial=initial)

    def uid(self, name: str) -> uuid.UUID | None:
        return uuid.UUID(self.cleaned_data[name]) if self.cleaned_data[name] else None


class DraftForm(DecisionForm):
    """A change that brings one new unit."""

    def add_fields(self) -> None:
        first = self.chosen[0] if self.chosen else None
        self.fields["name"] = forms.CharField(label=_("Tên đơn vị mới"), max_length=250)
        self.fields["short_name"] = forms.CharField(label=_("Tên gọn"), max_length=200, required=False)
        self.fields["code"] = AgencyCode()
        self.fields["kind"] = _kind_field(first.kind if first else "department")
        parent = str(first.parent) if first and first.parent else None
        self.fields["parent"] = self.unit_field(_("Thuộc"), required=False, initial=parent)
        self.fields["place_code"] = forms.RegexField(
            r"^\d{2,5}$", label=_("Mã địa bàn"), required=False, initial=first.place_code if first else ""
        )

    def draft(self) -> UnitDraft:
        data = self.cleaned_data
        return UnitDraft(
            data["name"],
            data["kind"],
            data["code"],
            self.uid("parent"),
            data["short_name"],
            data["place_code"],
        )


class FoundForm(DraftForm):
    def plan(self) -> Plan:
        return plan_found(self.decision(), self.draft())


class MergeForm(DraftForm):
    def plan(self) -> Plan:
        return plan_merge(self.decision(), [unit.uid for unit in self.chosen], self.draft())


class SplitForm(DecisionForm):
    def add_fields(self) -> None:
        for number in range(1, PARTS + 1):
            required = number < PARTS
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("Đơn vị mới thứ %(n)s: tên") % {"n": number}, max_length=250, required=required
            )
            self.fields[f"code_{number}"] = AgencyCode(required=required)
            self.fields[f"place_{number}"] = forms.RegexField(
                r"^\d{2,5}$",
                label=_("Mã địa bàn"),
                required=False,
                initial=self.chosen[0].place_code if number == 1 else "",
            )
            self.fields[f"share_{number}"] = forms.CharField(
                label=_("Phần nhận (3/5 hoặc 60%)"), required=required
            )
        self.fields["basis"] = forms.CharField(label=_("Căn cứ tỷ lệ (dân số, diện tích…)"), max_length=300)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, PARTS + 1):
            if data.get(f"name_{number}") and data.get(f"share_{number}"):
                try:
                    data[f"share_{number}"] = read_share(data[f"share_{number}"])
                except forms.ValidationError as error:
                    self.add_error(f"share_{number}", error)
            elif data.get(f"name_{number}"):
                self.add_error(f"share_{number}", _("Hãy ghi phần nhận."))
        return data

    def plan(self) -> Plan:
        data, old = self.cleaned_data, self.chosen[0]
        drafts = [
            (
                UnitDraft(
                    data[f"name_{n}"],
                    old.kind,
                    data[f"code_{n}"],
                    old.parent,
                    place_code=data[f"place_{n}"],
                ),
                data[f"share_{n}"],
            )
            for n in range(1, PARTS + 1)
            if data[f"name_{n}"]
        ]
        return plan_split(self.decision(), old.uid, drafts, data["basis"])


class RenameForm(DecisionForm):
    def add_fields(self) -> None:
        old = self.chosen[0]
        self.fields["name"] = forms.CharField(label=_("Tên"), max_length=250, initial=old.name)
        self.fields["short_name"] = forms.CharField(
            label=_("Tên gọn"), max_length=200, initial=old.short_name
        )
        self.fields["kind"] = _kind_field(old.kind)
        self.fields["code"] = AgencyCode(initial=old.code)

    def plan(self) -> Plan:
        data = self.cleaned_data
        names = {name: data[name] for name in ("name", "short_name", "kind", "code")}
        return plan_rename(self.decision(), self.chosen[0].uid, **names)


class TransferForm(DecisionForm):
    def add_fields(self) -> None:
        self.fields["parent"] = self.unit_field(_("Chuyển về"))
        self.fields["code"] = AgencyCode(required=False, initial=self.chosen[0].code)

    def plan(self) -> Plan:
        parent = self.uid("parent")
        assert parent is not None
        return plan_transfer(self.decision(), self.chosen[0].uid, parent, self.cleaned_data["code"])


class AbolishForm(DecisionForm):
    def add_fields(self) -> None:
        self.fields["heir"] = self.unit_field(_("Đơn vị tiếp nhận"), required=False)

    def plan(self) -> Plan:
        return plan_abolish(self.decision(), self.chosen[0].uid, self.uid("heir"))


def _kind_field(initial: str) -> forms.ChoiceField:
    choices = [(code, gettext_lazy(kind.label)) for code, kind in KINDS.items()]
    return forms.ChoiceField(label=_("Loại"), choices=choices, initial=initial)


FORMS: dict[str, type[DecisionForm]] = {
    "merge": MergeForm,
    "split": SplitForm,
    "rename": RenameForm,
    "transfer": TransferForm,
    "abolish": AbolishForm,
    "found": FoundForm,
}
# How many units each kind of change begins from: least, most.
CHOSEN = {
    "merge": (2, 50),
    "split": (1, 1),
    "rename": (1, 1),
    "transfer": (1, 1),
    "abolish": (1, 1),
    "found": (0, 0),
}
