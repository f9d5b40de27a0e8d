"""Who may sign papers: by the own post, or standing in for another by a decision."""

from __future__ import annotations

import datetime as dt

from motcua.engine.accounts.api import User
from motcua.engine.signing.api import SIGN, Authority, Signatory
from motcua.kernel.clock import local
from motcua.reference.people.models import Post, PostKind

# Substitution: a deputy signs for the absent head. Delegation: by mandate.
FORMS = {PostKind.SUBSTITUTION: "KT.", PostKind.DELEGATION: "TUQ."}


def authority_by_post(person: User, unit: Signatory, kind: str, moment: dt.datetime) -> Authority | None:
    """How somebody signs for a unit by the posts held on that day: the own post first, then what stands for another.

    A post counts where its role holds `signing.papers.sign` and its unit is the paper's unit or above it.
    """
    day = local(moment).date()
    rows = (
        Post.objects.filter(
            Post.on(day),
            person__user=person,
            province_id=unit.province_id,
            withdrawn=False,
            role__permissions__permission=SIGN,
        )
        .select_related("stands_for", "role")
        .order_by("valid_from", "pk")
    )
    posts = [post for post in rows if unit.unit_path.startswith(post.unit_path)]
    posts.sort(key=lambda post: post.kind in FORMS)
    return _authority(posts[0], day) if posts else None


def _authority(post: Post, day: dt.date) -> Authority:
    if post.kind not in FORMS or post.stands_for is None:
        return Authority(post=post.title)
    own = Post.objects.filter(
        Post.on(day), person=post.person_id, kind=PostKind.POST, withdrawn=False
    ).first()
    return Authority(
        own.title if own else "", FORMS[PostKind(post.kind)], post.stands_for.title, post.decision_number
    )
