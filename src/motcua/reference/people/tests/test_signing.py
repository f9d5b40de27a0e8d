"""Who may sign for a unit: by the own post, standing in for another, and not a day longer."""

from __future__ import annotations

import datetime as dt

from motcua.engine.permissions.api import RolePermission
from motcua.engine.signing.api import SIGN, Authority, Signatory
from motcua.kernel.clock import VIETNAM
from motcua.reference.people.api import Installer, Span, delegate, substitute
from motcua.reference.people.models import Post
from motcua.reference.people.signing import authority_by_post
from motcua.reference.people.tests.conftest import OTHER_WARD, WARD


def at(day, hour=9):
    return dt.datetime(2026, 3, day, hour, tzinfo=VIETNAM)


def test_authority_follows_posts_and_their_days(province, staff):
    head, deputy, clerk = (
        staff("an", "unit-leader", WARD),
        staff("binh", "clerk", WARD),
        staff("chi", "clerk", WARD),
    )
    Post.objects.filter(person=head).update(title="Chủ tịch")
    Post.objects.filter(person=deputy).update(title="Phó Chủ tịch")
    post = Post.objects.get(person=head)
    assert RolePermission.objects.filter(role=post.role, permission=SIGN).exists()
    ward = Signatory(province.pk, WARD.code, WARD.path)
    other = Signatory(province.pk, OTHER_WARD.code, OTHER_WARD.path)

    assert authority_by_post(head.user, ward, "result", at(3)) == Authority(post="Chủ tịch")
    assert authority_by_post(head.user, other, "result", at(3)) is None
    assert authority_by_post(deputy.user, ward, "result", at(3)) is None

    days = Span(dt.date(2026, 3, 3), dt.date(2026, 3, 6))
    substitute(Installer(), post, deputy, days, "12/QĐ-UBND")
    granted = authority_by_post(deputy.user, ward, "result", at(3))
    assert granted == Authority("Phó Chủ tịch", "KT.", "Chủ tịch", "12/QĐ-UBND")
    assert granted.lines() == ["KT. Chủ tịch", "Phó Chủ tịch"]
    assert authority_by_post(deputy.user, ward, "result", at(2, 23)) is None
    assert authority_by_post(deputy.user, ward, "result", at(6, 0)) is None

    delegate(Installer(), post, clerk, days, "13/GUQ-UBND")
    mandate = authority_by_post(clerk.user, ward, "result", at(5, 23))
    assert mandate is not None and (mandate.form, mandate.basis) == ("TUQ.", "13/GUQ-UBND")
