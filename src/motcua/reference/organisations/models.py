from __future__ import annotations

from django.db import models

from motcua.reference.timeline.api import ChangeRow, LinkRow, Store, Subject, VersionRow


class Unit(Subject):
    """An organisation that keeps its identity while its name, kind, code and parent change.

    Two stories: the People's Committee of Hiệp Hoà keeps its identity when the commune becomes a ward on
    20/9/2026 (a second version of one unit); five communes merged into it on 1/7/2025 ended (their units have
    links to it).
    """


class UnitChange(ChangeRow):
    """A decision that founded, merged, split, renamed, moved or abolished units.

    `place_change` is the change of territories made with it, undone with it. `moved` is what the followers
    (accounts' grants, posts, ...) moved, so that an undo puts exactly that back; `moved_at` is null until the
    day of effect has come.
    """

    place_change = models.UUIDField(null=True, blank=True)
    moves = models.JSONField(default=list)
    moved = models.JSONField(default=dict)
    moved_at = models.DateTimeField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)

    class Meta(ChangeRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "idempotency_key"], name="unit_change_once"),
        ]


class UnitVersion(VersionRow):
    """A unit as it was between two dates. `code` is the agency identifier of QĐ 20/2020/QĐ-TTg."""

    subject = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="versions")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="child_versions")
    opened_by = models.ForeignKey(UnitChange, on_delete=models.PROTECT, related_name="opened")
    closed_by = models.ForeignKey(UnitChange, on_delete=models.PROTECT, null=True, related_name="closed")
    short_name = models.CharField(max_length=200)
    place_code = models.CharField(max_length=5, blank=True)


class UnitLink(LinkRow):
    """What part of a unit went to which."""

    change = models.ForeignKey(UnitChange, on_delete=models.PROTECT, related_name="links")
    predecessor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="links_onward")
    successor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="links_back")


UNITS = Store(Unit, UnitVersion, UnitChange, UnitLink, ("short_name", "place_code"))
