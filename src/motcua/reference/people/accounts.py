"""Operations on people and their accounts. Each checks the viewer, locks the person, and records its event."""

from __future__ import annotations

import re

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.events.api import record
from motcua.engine.permissions.api import Role, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.text import squeeze
from motcua.reference.people import events
from motcua.reference.people.authority import require_over_person
from motcua.reference.people.errors import PeopleError
from motcua.reference.people.grants import grant_citizen, sync_person
from motcua.reference.people.models import Person
from motcua.reference.people.passwords import temporary_password
from motcua.reference.people.permissions import MANAGE
from motcua.reference.people.roles import CITIZEN
from motcua.reference.people.units import PROVINCE_WIDE, UnitRef

USERNAME = re.compile(r"^[a-z0-9][a-z0-9._-]{0,48}[a-z0-9]$")
PHONE = re.compile(r"^\+?[0-9 .]{8,17}$")


def subject_of(person: Person) -> str:
    """How events name a person."""
    return f"person:{person.uid}"


def add_person(
    viewer: Viewer,
    province: Province,
    *,
    display_name: str,
    unit: UnitRef,
    phone: str = "",
    email: str = "",
    idempotency_key: str | None = None,
) -> Person:
    """Enters a person in a unit's file. Raises NotPermitted, PeopleError (people.name, people.phone)."""
    viewer.require(MANAGE, province=province, unit_path=unit.path)
    name = squeeze(display_name)
    if not 2 <= len(name) <= 200:
        raise PeopleError("name", _("Họ và tên phải có từ 2 đến 200 ký tự."))
    if phone and not PHONE.match(phone):
        raise PeopleError("phone", _("Số điện thoại chỉ gồm 8–15 chữ số, có thể bắt đầu bằng dấu +."))
    with transaction.atomic():
        person = Person(
            province=province,
            unit_code=unit.code,
            unit_path=unit.path,
            display_name=name,
            phone=phone.strip(),
            email=email.strip().lower(),
        )
        person.save()
        _tell(viewer, events.PERSON_ADDED, person, {"unit": unit.code}, idempotency_key)
    return person


def open_account(viewer: Viewer, person: Person, username: str) -> tuple[User, str]:
    """Opens the account of a person; returns it with its temporary password, which is not kept anywhere.

    Raises PeopleError: people.has-account, people.username, people.username-taken.
    """
    require_over_person(viewer, person)
    return _open_account(viewer, person, username)


def _open_account(
    viewer: Viewer, person: Person, username: str, password: str = "", *, demo: bool = False
) -> tuple[User, str]:
    name = _checked_username(username)
    chosen = password or temporary_password()
    with transaction.atomic():
        person = _locked(person)
        if person.user_id is not None:
            raise PeopleError("has-account", _("Người này đã có tài khoản."))
        if User.objects.filter(username__iexact=name).exists():
            raise PeopleError(
                "username-taken",
                _("Tên đăng nhập “{name}” đã có người dùng; hãy chọn tên khác.").format(name=name),
            )
        person.user = User.objects.create_user(
            name,
            chosen,
            display_name=person.display_name,
            email=person.email,
            is_demo=demo,
            must_change_password=not demo,
        )
        person.save(update_fields=["user"])
        sync_person(person)
        _tell(viewer, events.ACCOUNT_OPENED, person)
    return person.user, chosen


def enrol_citizen(
    viewer: Viewer,
    province: Province,
    *,
    display_name: str,
    username: str,
    password: str = "",
    demo: bool = False,
) -> tuple[Person, str]:
    """Adds a citizen with an account: no post, the citizen's role only. Returns the one-time password too."""
    with transaction.atomic():
        person = add_person(viewer, province, display_name=display_name, unit=PROVINCE_WIDE)
        user, chosen = _open_account(viewer, person, username, password, demo=demo)
        person.user = user
        grant_citizen(user, province, Role.objects.get(code=CITIZEN), person)
    return person, chosen


def reset_password(viewer: Viewer, person: Person) -> str:
    """Gives the account a new temporary password, ends its sessions; returns the password to show once."""
    require_over_person(viewer, person)
    chosen = temporary_password()
    with transaction.atomic():
        user = _user_of(_locked(person))
        user.set_password(chosen)
        user.must_change_password = True
        user.save(update_fields=["password", "must_change_password"])
        _end_sessions(user)
        _tell(viewer, events.PASSWORD_RESET, person)
    return chosen


def remove_second_factor(viewer: Viewer, person: Person) -> None:
    """For a lost telephone: the account is back to its password alone."""
    require_over_person(viewer, person)
    with transaction.atomic():
        user = _user_of(_locked(person))
        if not Authenticator.objects.filter(user=user).exists():
            raise PeopleError("no-second-factor", _("Tài khoản này chưa bật xác thực hai lớp."))
        Authenticator.objects.filter(user=user).delete()
        _end_sessions(user)
        _tell(viewer, events.FACTOR_REMOVED, person)


def end_session(viewer: Viewer, person: Person, session_id: int) -> None:
    """Ends one signed-in session of a person. Raises PeopleError (people.no-session) when it is gone."""
    require_over_person(viewer, person)
    with transaction.atomic():
        session = UserSession.objects.filter(pk=session_id, user=_user_of(person)).first()
        if session is None:
            raise PeopleError("no-session", _("Phiên này đã kết thúc từ trước."))
        session.end()
        _tell(viewer, events.SESSIONS_ENDED, person, {"count": 1})


def deactivate_account(viewer: Viewer, person: Person) -> None:
    """Shuts an account and ends its sessions; posts stay as they are."""
    require_over_person(viewer, person)
    with transaction.atomic():
        user = _user_of(_locked(person))
        if not user.is_active:
            raise PeopleError("inactive", _("Tài khoản này đã bị khoá từ trước."))
        user.is_active = False
        user.save(update_fields=["is_active"])
        _end_sessions(user)
        _tell(viewer, events.ACCOUNT_CLOSED, person)


def reactivate_account(viewer: Viewer, person: Person) -> None:
    """Opens a shut account again, with its old password."""
    require_over_person(viewer, person)
    with transaction.atomic():
        user = _user_of(_locked(person))
        if user.is_active:
            raise PeopleError("active", _("Tài khoản này đang hoạt động."))
        user.is_active = True
        user.save(update_fields=["is_active"])
        _tell(viewer, events.ACCOUNT_REOPENED, person)


def sessions_of(person: Person) -> list[UserSession]:
    """The live sessions of a person's account, newest first."""
    if person.user is None:
        return []
    living = UserSession.objects.purge_and_list(person.user)
    return sorted(living, key=lambda session: session.created_at, reverse=True)


def _end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


def _checked_username(username: str) -> str:
    name = username.strip().lower()
    if not USERNAME.match(name):
        raise PeopleError(
            "username",
            _(
                "Tên đăng nhập dài 2–50 ký tự, gồm chữ không dấu, chữ số, dấu chấm, gạch; bắt đầu và kết thúc bằng chữ hoặc số."
            ),
        )
    return name


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update(of=("self",)).select_related("province").get(pk=person.pk)


def _user_of(person: Person) -> User:
    if person.user is None:
        raise PeopleError("no-account", _("Người này chưa có tài khoản."))
    return person.user


def actor_of(viewer: Viewer | None) -> User | None:
    """The account that acts, for the event; the command line is nobody's."""
    return viewer.user if viewer is not None and isinstance(viewer.user, User) else None


def _tell(
    viewer: Viewer,
    type_: str,
    person: Person,
    payload: dict[str, object] | None = None,
    key: str | None = None,
) -> None:
    record(
        type_,
        actor=actor_of(viewer),
        province=person.province,
        subject=subject_of(person),
        payload=payload,
        unit_code=person.unit_code,
        unit_path=person.unit_path,
        idempotency_key=key,
    )
