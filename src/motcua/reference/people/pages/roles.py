from __future__ import annotations

from collections import defaultdict

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.engine.permissions.api import Grant, Permission, Role, ViewedRequest, declared, page
from motcua.kernel.clock import today
from motcua.reference.people.authority import permissions_of
from motcua.reference.people.errors import PeopleError
from motcua.reference.people.permissions import ROLES, VIEW
from motcua.reference.people.queries import who_may
from motcua.reference.people.role_editing import change_role_permissions
from motcua.reference.people.units import unit_by_code, unit_choices

ROOM_NAMES = {
    "people": gettext_lazy("Nhân sự"),
    "organisations": gettext_lazy("Tổ chức"),
    "reports": gettext_lazy("Biểu mẫu báo cáo"),
    "audit": gettext_lazy("Kiểm tra báo cáo"),
    "events": gettext_lazy("Nhật ký"),
    "jobs": gettext_lazy("Việc chạy nền"),
    "files": gettext_lazy("Tệp"),
}


@page(VIEW)
def list_roles(request: ViewedRequest) -> HttpResponse:
    """The roles, how many people hold each today, and how many permissions each has."""
    in_force = Q(grants__valid_from__lte=today()) & (
        Q(grants__valid_to__isnull=True) | Q(grants__valid_to__gt=today())
    )
    roles = Role.objects.annotate(
        holders=Count("grants__user", distinct=True, filter=in_force),
        count=Count("permissions", distinct=True),
    ).order_by("label")
    return render(request, "people/roles.html", {"roles": roles, "may_edit": request.viewer.may(ROLES)})


@page(ROLES, methods=("GET", "POST"))
def role(request: ViewedRequest, code: str) -> HttpResponse:
    """One role's permissions, as a list of boxes."""
    found = get_object_or_404(Role, code=code)
    if request.method == "POST":
        return _change(request, found)
    context = {
        "role": found,
        "held": permissions_of(found),
        "groups": _grouped(),
        "own": any(held.role == found.code for held in request.viewer.grants),
        "holders": Grant.objects.filter(Grant.on(today()), role=found).values("user").distinct().count(),
    }
    return render(request, "people/role.html", context)


def _change(request: ViewedRequest, found: Role) -> HttpResponse:
    try:
        added, removed = change_role_permissions(request.viewer, found, request.POST.getlist("permission"))
    except PeopleError as refusal:
        messages.error(request, refusal.message)
    else:
        counts = {"added": len(added), "removed": len(removed)}
        messages.success(request, _("Đã thêm %(added)d quyền, bớt %(removed)d quyền.") % counts)
    return redirect("people:role", code=found.code)


def _grouped() -> list[tuple[str, list[Permission]]]:
    groups: dict[str, list[Permission]] = defaultdict(list)
    for permission in declared():
        groups[permission.code.split(".")[0]].append(permission)
    return [(str(ROOM_NAMES.get(room, room)), rows) for room, rows in sorted(groups.items())]


@page(VIEW)
def who(request: ViewedRequest) -> HttpResponse:
    """Who may do what in a unit today, and from which unit each right comes."""
    units = unit_choices(request.viewer, request.province, VIEW)
    codes = {unit.code for unit in units}
    code = request.GET.get("don-vi", units[0].code if units else "")
    unit = unit_by_code(request.province, code) if code in codes else None
    holders = who_may(request.viewer, request.province, unit.path) if unit else []
    return render(request, "people/who.html", {"units": units, "unit": unit, "holders": holders})
