"""The door of people: persons, accounts, posts, roles, and the demonstration cast."""

from motcua.engine.accounts.api import DemoAccount
from motcua.reference.people.accounts import (
    add_person,
    deactivate_account,
    end_session,
    enrol_citizen,
    open_account,
    reactivate_account,
    remove_second_factor,
    reset_password,
)
from motcua.reference.people.authority import Authority, Installer, authority_of
from motcua.reference.people.cast import demo_accounts, demo_cast, load_cast
from motcua.reference.people.errors import PeopleError
from motcua.reference.people.models import Person, Post, PostKind
from motcua.reference.people.posts import Assignment, delegate, end_post, give_post, substitute
from motcua.reference.people.queries import search_persons, who_may
from motcua.reference.people.role_editing import change_role_permissions
from motcua.reference.people.roles import load_roles
from motcua.reference.people.units import PROVINCE_WIDE, Span, UnitRef

__all__ = [
    "PROVINCE_WIDE",
    "Assignment",
    "Authority",
    "DemoAccount",
    "Installer",
    "PeopleError",
    "Person",
    "Post",
    "PostKind",
    "Span",
    "UnitRef",
    "add_person",
    "authority_of",
    "change_role_permissions",
    "deactivate_account",
    "delegate",
    "demo_accounts",
    "demo_cast",
    "end_post",
    "end_session",
    "enrol_citizen",
    "give_post",
    "load_cast",
    "load_roles",
    "open_account",
    "reactivate_account",
    "remove_second_factor",
    "reset_password",
    "search_persons",
    "substitute",
    "who_may",
]
