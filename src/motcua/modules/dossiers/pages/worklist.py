"""The work list: open steps by deadline, one line each, in pages that cost the same wherever they begin."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import Grant, NotPermitted, ViewedRequest, Viewer, page
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.modules.catalogue.api import versions_in_force
from motcua.modules.dossiers import api
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.case import PERMISSION_OF_KIND
from motcua.modules.dossiers.data import Done
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.filters import delete_filter, filters_of, save_filter
from motcua.modules.dossiers.models import Task
from motcua.modules.dossiers.pages.choosing import Choices, people_choices, units_of
from motcua.modules.dossiers.pages.returning import back
from motcua.modules.dossiers.pages.shell import show
from motcua.modules.dossiers.pages.words import KINDS, State, kind_word, step_state
from motcua.modules.dossiers.queries import WorkFilter, work_list
from motcua.modules.dossiers.units import unit_name

SHOWN = 50
COUNTED = 1000  # a tab counts no further: "1.000+"
# names of the address bar, by field of the filter
NAMES: Mapping[str, str] = {
    "ai": "whose", "loai": "kind", "han": "due", "linh-vuc": "field", "thu-tuc": "procedure", "don-vi": "unit",
    "q": "words", "cho": "waiting",
}  # fmt: skip
TABS = (
    ("mine", gettext_lazy("Của tôi")),
    ("unit", gettext_lazy("Cả đơn vị")),
    ("free", gettext_lazy("Chưa giao ai")),
)
DUES = (
    ("", gettext_lazy("Mọi hạn")),
    ("late", gettext_lazy("Đã quá hạn")),
    ("today", gettext_lazy("Đến hạn hôm nay")),
    ("week", gettext_lazy("Trong 7 ngày tới và quá hạn")),
)
WAITINGS = (
    ("", gettext_lazy("Làm được ngay")),
    ("only", gettext_lazy("Đang chờ")),
    ("all", gettext_lazy("Cả hai")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One open step as the list shows it."""

    task: Task
    kind: str
    state: State
    link: str
    unit: str

    @property
    def key(self) -> str:
        return f"{self.task.dossier.uid}:{self.task.key}"


@dataclass(frozen=True, slots=True)
class Cursor:
    """After which step a page begins; `due` None among those without a deadline."""

    due: dt.datetime | None
    pk: int

    @classmethod
    def of(cls, text: str) -> Cursor | None:
        due, _sign, key = text.rpartition("_")
        try:
            return cls(dt.datetime.fromtimestamp(float(due), dt.UTC) if due else None, int(key))
        except (ValueError, OverflowError, OSError):
            return None

    @staticmethod
    def text(task: Task) -> str:
        return f"{task.due_at.timestamp() if task.due_at else ''}_{task.pk}"


def asked(request: ViewedRequest) -> WorkFilter:
    """The filter of the address bar."""
    values = {field: request.GET.get(name, "").strip()[:100] for name, field in NAMES.items()}
    if values["whose"] not in dict(TABS):
        values["whose"] = "mine"
    return WorkFilter(**values)


def query_of(wanted: WorkFilter, **more: str) -> str:
    """The filter as an address bar writes it, without what is empty."""
    values = asdict(wanted)
    listed = {name: values[field] for name, field in NAMES.items() if values[field]}
    return urlencode(listed | {name: value for name, value in more.items() if value})


@page(may.VIEW)
def work(request: ViewedRequest) -> HttpResponse:
    """The list as filtered; without anything asked, the visitor's own default filter."""
    if request.province is None:
        raise Http404
    saved = filters_of(request.viewer, request.province)
    default = next((one for one in saved if one.is_default), None)
    if default is not None and not request.GET:
        return redirect(f"{reverse('dossiers:work')}?{default.query}")
    wanted, moment = asked(request), now()
    rows = page_of(
        work_list(request.viewer, request.province, wanted, moment), Cursor.of(request.GET.get("sau", ""))
    )
    more, tasks = len(rows) > SHOWN, rows[:SHOWN]
    here = f"{request.path}?{query_of(wanted, sau=request.GET.get('sau', ''))}"
    context = {
        "wanted": wanted,
        "lines": lines_of(tasks, here, moment),
        "several_units": len({task.unit_code for task in tasks}) > 1,
        "here": here,
        "tabs": _tabs(request, wanted, moment),
        "next_query": query_of(wanted, sau=Cursor.text(tasks[-1])) if more else "",
        "first_query": query_of(wanted) if request.GET.get("sau") else "",
        "filtered": _filtered(wanted),
        "kinds": [(kind, kind_word(kind)) for kind in KINDS],
        "dues": DUES,
        "waitings": WAITINGS,
        "fields": _fields(request.province),
        "units": _units(request),
        "saved": saved,
        "query": query_of(wanted),
        "officers": assignable(request.viewer, request.province),
        "may_work": any(request.viewer.may(one) for one in set(PERMISSION_OF_KIND.values())),
        "may_receive": request.viewer.may(may.RECEIVE),
    }
    return show(request, "dossiers/work.html", context)


def page_of(rows: QuerySet[Task], after: Cursor | None) -> list[Task]:
    """The next lines: first those with a deadline, then those without; each a walk along an index."""
    dated, undated = rows.filter(due_at__isnull=False), rows.filter(due_at__isnull=True)
    found: list[Task] = []
    if after is None or after.due is not None:
        if after is not None:
            dated = dated.filter(due_at__gte=after.due).filter(Q(due_at__gt=after.due) | Q(pk__gt=after.pk))
        found = list(dated.order_by("due_at", "pk")[: SHOWN + 1])
    elif after is not None:
        undated = undated.filter(pk__gt=after.pk)
    if len(found) <= SHOWN:
        found += list(undated.order_by("pk")[: SHOWN + 1 - len(found)])
    return found


def lines_of(tasks: list[Task], here: str, moment: dt.datetime) -> list[Line]:
    """Each line's link leads back here, to the line after it."""
    made = []
    for position, task in enumerate(tasks):
        follower = tasks[position + 1] if position + 1 < len(tasks) else None
        anchor = f"#v-{follower.pk}" if follower else ""
        link = f"{reverse('dossiers:dossier', args=[task.dossier.uid])}?{urlencode({'ve': here + anchor})}"
        unit = unit_name(task.province_id, task.unit_code)
        made.append(Line(task, kind_word(task.kind), step_state(task, moment), link, unit))
    return made


def _tabs(request: ViewedRequest, wanted: WorkFilter, moment: dt.datetime) -> list[dict[str, Any]]:
    tabs = []
    for code, label in TABS:
        one = WorkFilter(**(asdict(wanted) | {"whose": code}))
        count = work_list(request.viewer, request.province, one, moment).order_by()[: COUNTED + 1].count()
        tabs.append(
            {
                "label": label,
                "query": query_of(one),
                "count": min(count, COUNTED),
                "more": count > COUNTED,
                "on": code == wanted.whose,
            }
        )
    return tabs


def _filtered(wanted: WorkFilter) -> bool:
    return any(value for name, value in asdict(wanted).items() if name != "whose")


def _fields(province: Province) -> Choices:
    """Fields of the procedures in force, by name."""
    rows = (
        versions_in_force(province, today()).order_by("field__name").values_list("field__code", "field__name")
    )
    return list(dict.fromkeys(rows))


def _units(request: ViewedRequest) -> Choices:
    """The viewer's units, when there is more than one."""
    units = units_of(request.viewer, request.province, may.VIEW)
    return [(unit.code, unit.name) for unit in units] if len(units) > 1 else []


def assignable(viewer: Viewer, province: Province) -> Choices:
    """Officers of the units where the viewer gives out work, with their load."""
    paths = [
        held.unit_path
        for held in viewer.grants
        if may.ASSIGN in held.permissions and held.province_id in (None, province.pk)
    ]
    if not paths:
        return []
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(unit_path__startswith="" if path == "/" else path)
    working = set(PERMISSION_OF_KIND.values())
    grants = Grant.objects.filter(
        Grant.on(today()), inside, province=province, role__permissions__permission__in=working
    )
    people = User.objects.filter(pk__in=grants.values("user"), is_active=True).order_by("display_name", "pk")
    return people_choices(province, people)


# -- several at once --------------------------------------------------------------------------------


@page(may.VIEW, methods=("POST",))
def several(request: ViewedRequest) -> HttpResponse:
    """Claims, assigns or redistributes the steps ticked; each is done or refused by itself."""
    chosen = [one for one in (_step(text) for text in request.POST.getlist("viec")[:SHOWN]) if one]
    try:
        act = _act(request)
    except DossierRefused as refusal:
        messages.error(request, refusal.message)
        return back(request, "dossiers:work")
    if not chosen:
        messages.warning(request, _("Hãy đánh dấu ít nhất một việc."))
        return back(request, "dossiers:work")
    done, refused = 0, []
    for uid, step in chosen:
        try:
            act(uid, step)
            done += 1
        except DossierRefused as refusal:
            refused.append(refusal.message)
        except NotPermitted:
            refused.append(_("Không tìm thấy hồ sơ trong phạm vi của bạn."))
    if done:
        messages.success(request, ngettext("Đã làm {n} việc.", "Đã làm {n} việc.", done).format(n=done))
    for message in dict.fromkeys(refused):
        count = refused.count(message)
        messages.error(request, f"{message} ({count})" if count > 1 else message)
    return back(request, "dossiers:work")


def _step(text: str) -> tuple[uuid.UUID, str] | None:
    uid, _sign, key = text.partition(":")
    try:
        return uuid.UUID(uid), key[:40]
    except ValueError:
        return None


def _act(request: ViewedRequest) -> Callable[[uuid.UUID, str], Done]:
    viewer, key, what = request.viewer, request.POST.get("key", "")[:60], request.POST.get("lam", "")
    if what == "claim":
        return lambda uid, step: api.claim_step(
            viewer, uid, step=step, idempotency_key=key and f"{key}:{step}"
        )
    text = request.POST.get("nguoi", "")
    if what not in ("assign", "redistribute") or not text.isdecimal() or len(text) > 18:
        raise DossierRefused("assign.nobody", _("Hãy chọn người nhận việc."))
    person = int(text)
    if what == "assign":
        return lambda uid, step: api.assign_step(
            viewer, uid, person, step=step, idempotency_key=key and f"{key}:{step}"
        )
    return lambda uid, step: api.redistribute_step(
        viewer, uid, step, person, idempotency_key=key and f"{key}:{step}"
    )


# -- saved filters ----------------------------------------------------------------------------------


@page(may.VIEW, methods=("POST",))
def keep_filter(request: ViewedRequest) -> HttpResponse:
    """Keeps the filter of the list under a name."""

    if request.province is None:
        raise Http404
    listed = QueryDict(request.POST.get("query", "")[:1000])
    query = urlencode({name: listed[name] for name in NAMES if listed.get(name)})
    try:
        kept = save_filter(
            request.viewer,
            request.province,
            request.POST.get("name", ""),
            query,
            is_default=bool(request.POST.get("default")),
        )
    except DossierRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã lưu bộ lọc “{name}”.").format(name=kept.name))
    return redirect(f"{reverse('dossiers:work')}?{query or 'ai=mine'}")


@page(may.VIEW, methods=("POST",))
def drop_filter(request: ViewedRequest, key: int) -> HttpResponse:
    """Removes one's own filter."""
    if request.province is None or not delete_filter(request.viewer, request.province, key):
        raise Http404
    messages.success(request, _("Đã xóa bộ lọc."))
    return redirect(f"{reverse('dossiers:work')}?ai=mine")
