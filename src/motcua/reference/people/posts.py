"""Operations on posts: given, ended, delegated, substituted, moved with their unit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.engine.events.api import record
from motcua.engine.permissions.api import Role, Viewer
from motcua.kernel.clock import today
from motcua.reference.people import events
from motcua.reference.people.accounts import actor_of, subject_of
from motcua.reference.people.authority import current_posts, refuse_oneself, require_to_give
from motcua.reference.people.errors import PeopleError
from motcua.reference.people.grants import sync_post
from motcua.reference.people.models import Person, Post, PostKind
from motcua.reference.people.units import Span, UnitRef


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a post says: role over a unit, for a span, by a decision."""

    role: Role
    unit: UnitRef
    span: Span
    kind: PostKind = PostKind.POST
    title: str = ""
    decision_number: str = ""
    every_province: bool = False


def give_post(
    viewer: Viewer, person: Person, assignment: Assignment, *, idempotency_key: str | None = None
) -> Post:
    """Gives a person a post or a secondment.

    Raises NotPermitted, PeopleError: people.oneself, people.span, people.kind, people.overlap.
    """
    refuse_oneself(viewer, person)
    require_to_give(
        viewer,
        assignment.role,
        person.province_id,
        assignment.unit.path,
        everywhere=assignment.every_province,
    )
    if assignment.kind not in (PostKind.POST, PostKind.SECONDMENT):
        raise PeopleError("kind", _("Uỷ quyền và thay thế phải dựa trên một vị trí đang có."))
    return _create(viewer, person, assignment, None, idempotency_key)


def delegate(viewer: Viewer, post: Post, to: Person, span: Span, decision_number: str) -> Post:
    """Lets another person act in a post for a time (uỷ quyền). Its holder may do so, or who manages the unit.

    Raises PeopleError: people.open-ended, people.outside-post, people.not-own-post, people.other-province.
    """
    if post.person.user_id is None or post.person.user_id != viewer.user_id:
        require_to_give(viewer, post.role, post.province_id, post.unit_path, everywhere=post.every_province)
    return _stand_in(viewer, post, to, span, PostKind.DELEGATION, decision_number)


def substitute(viewer: Viewer, post: Post, by: Person, span: Span, decision_number: str) -> Post:
    """Puts another person in the place of one who is away. Only who manages the unit may do so."""
    require_to_give(viewer, post.role, post.province_id, post.unit_path, everywhere=post.every_province)
    return _stand_in(viewer, post, by, span, PostKind.SUBSTITUTION, decision_number)


def end_post(viewer: Viewer, post: Post, day: dt.date) -> Post:
    """Ends a post: `day` is the first day it no longer holds. What stands on it ends with it.

    On or before its first day the post is withdrawn, as given by mistake.
    """
    refuse_oneself(viewer, post.person)
    require_to_give(viewer, post.role, post.province_id, post.unit_path, everywhere=post.every_province)
    with transaction.atomic():
        post = _locked(post)
        if post.withdrawn or (post.valid_to is not None and post.valid_to <= day):
            raise PeopleError(
                "ended", _("Vị trí này đã kết thúc trước ngày {day}.").format(day=f"{day:%d/%m/%Y}")
            )
        if day < today() and post.valid_from <= today():
            raise PeopleError(
                "past", _("Không kết thúc vị trí vào một ngày đã qua: việc đã làm vẫn phải có người.")
            )
        _close(viewer, post, day)
        for stand_in in post.stand_ins.select_related("person", "role").filter(withdrawn=False):
            if stand_in.valid_to is None or stand_in.valid_to > day:
                _close(viewer, stand_in, day)
    return post


def _stand_in(
    viewer: Viewer, post: Post, to: Person, span: Span, kind: PostKind, decision_number: str
) -> Post:
    refuse_oneself(viewer, to)
    with transaction.atomic():
        post = _locked(post)
        _refuse_unfit_stand_in(post, to, span, decision_number)
        assignment = Assignment(
            role=post.role,
            unit=UnitRef(post.unit_code, post.unit_path),
            span=span,
            kind=kind,
            title=post.title,
            decision_number=decision_number,
            every_province=post.every_province,
        )
        return _create(viewer, to, assignment, post)


def _refuse_unfit_stand_in(post: Post, to: Person, span: Span, decision_number: str) -> None:
    if post.kind not in (PostKind.POST, PostKind.SECONDMENT):
        raise PeopleError(
            "not-own-post", _("Vị trí được uỷ quyền hay thay thế thì không uỷ quyền tiếp được.")
        )
    if to.pk == post.person_id:
        raise PeopleError("same-person", _("Người này đang giữ chính vị trí đó."))
    if to.province_id != post.province_id:
        raise PeopleError("other-province", _("Chỉ uỷ quyền hoặc thay thế giữa người của cùng một tỉnh."))
    if not current_posts(to).exists():
        raise PeopleError(
            "not-officer", _("Chỉ uỷ quyền hoặc thay thế bằng người đang giữ một vị trí trong cơ quan.")
        )
    if span.valid_to is None:
        raise PeopleError("open-ended", _("Uỷ quyền và thay thế phải có ngày kết thúc."))
    if not decision_number.strip():
        raise PeopleError("decision", _("Cần số văn bản uỷ quyền hoặc quyết định thay thế."))
    last = span.valid_to - dt.timedelta(days=1)
    if not (post.holds_on(span.valid_from) and post.holds_on(last)):
        raise PeopleError(
            "outside-post", _("Thời gian uỷ quyền, thay thế phải nằm trong thời gian giữ vị trí.")
        )


def _locked(post: Post) -> Post:
    return Post.objects.select_for_update(of=("self",)).select_related("person", "role").get(pk=post.pk)


def _create(
    viewer: Viewer,
    person: Person,
    assignment: Assignment,
    stands_for: Post | None,
    idempotency_key: str | None = None,
) -> Post:
    span = assignment.span
    if span.valid_to is not None and span.valid_to <= span.valid_from:
        raise PeopleError("span", _("Ngày kết thúc phải sau ngày bắt đầu."))
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        _refuse_overlap(person, assignment, stands_for)
        post = Post.objects.create(
            province_id=person.province_id,
            person=person,
            role=assignment.role,
            unit_code=assignment.unit.code,
            unit_path=assignment.unit.path,
            kind=assignment.kind,
            title=assignment.title.strip(),
            decision_number=assignment.decision_number.strip(),
            stands_for=stands_for,
            every_province=assignment.every_province,
            valid_from=span.valid_from,
            valid_to=span.valid_to,
        )
        sync_post(post)
        _tell(viewer, events.POST_GIVEN, post, _said(post), idempotency_key)
    return post


def _refuse_overlap(person: Person, assignment: Assignment, stands_for: Post | None) -> None:
    same = person.posts.filter(
        role=assignment.role,
        unit_path=assignment.unit.path,
        kind=assignment.kind,
        stands_for=stands_for,
        withdrawn=False,
    )
    span = assignment.span
    for post in same:
        ends_before = post.valid_to is not None and post.valid_to <= span.valid_from
        starts_after = span.valid_to is not None and span.valid_to <= post.valid_from
        if not (ends_before or starts_after):
            raise PeopleError("overlap", _("Người này đã giữ vai trò đó ở đơn vị đó trong thời gian này."))


def _close(viewer: Viewer, post: Post, day: dt.date) -> None:
    if day <= post.valid_from:
        post.withdrawn = True
    else:
        post.valid_to = day
    post.save(update_fields=["valid_to", "withdrawn"])
    sync_post(post)
    _tell(
        viewer,
        events.POST_ENDED,
        post,
        {"role": post.role.label, "unit": post.unit_code, "day": f"{day:%d/%m/%Y}"},
    )


def _said(post: Post) -> dict[str, object]:
    return {
        "role": post.role.label,
        "role_code": post.role.code,
        "unit": post.unit_code or gettext_noop("toàn tỉnh"),
        "kind": PostKind(post.kind).label,
        "valid_from": f"{post.valid_from:%d/%m/%Y}",
        "valid_to": f"{post.valid_to:%d/%m/%Y}" if post.valid_to else "",
        "decision": post.decision_number or gettext_noop("không ghi"),
    }


def _tell(
    viewer: Viewer | None, type_: str, post: Post, payload: dict[str, object], key: str | None = None
) -> None:
    record(
        type_,
        actor=actor_of(viewer),
        province=post.province,
        subject=subject_of(post.person),
        payload={"role": post.role.label, "post": str(post.uid), **payload},
        unit_code=post.unit_code,
        unit_path=post.unit_path,
        idempotency_key=key,
    )
