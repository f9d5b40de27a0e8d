from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from motcua.engine.permissions.api import Role, UnitOwned
from motcua.engine.provinces.api import Dated
from motcua.kernel.ids import uuid7
from motcua.kernel.text import collation_key, search_key, squeeze


class Person(UnitOwned):
    """A person the province knows: an officer kept in a unit's file, or a citizen (unit code empty, path "/").

    Sorted by given name, as Vietnamese lists are: the last word first.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    display_name = models.CharField(max_length=200)
    search_text = models.CharField(max_length=400, editable=False)
    sort_key = models.CharField(max_length=1000, editable=False)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="person"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["province", "sort_key"], name="person_in_order")]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.display_name = squeeze(self.display_name)
        *before, given = self.display_name.split(" ")
        self.search_text = search_key(self.display_name)
        self.sort_key = collation_key(" ".join([given, *before]))
        super().save(*args, **kwargs)


class PostKind(models.TextChoices):
    POST = "post", "Vị trí chính"
    SECONDMENT = "secondment", "Biệt phái"
    DELEGATION = "delegation", "Uỷ quyền"
    SUBSTITUTION = "substitution", "Thay thế"


class Post(UnitOwned, Dated):
    """A role a person holds in a unit between two dates, with the decision that gave it.

    A delegation or substitution stands on another person's post (`stands_for`) and never outlives it.
    `every_province` is the ministry's analyst. A withdrawn post was given by mistake and never counted.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=PostKind.choices, default=PostKind.POST)
    title = models.CharField(max_length=200, blank=True)
    decision_number = models.CharField(max_length=100, blank=True)
    stands_for = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="stand_ins"
    )
    every_province = models.BooleanField(default=False)
    withdrawn = models.BooleanField(default=False)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=["delegation", "substitution"], stands_for__isnull=False)
                | Q(kind__in=["post", "secondment"], stands_for__isnull=True),
                name="post_stands_for_another",
            ),
        ]
        indexes = [
            models.Index(fields=["province", "unit_path"], name="post_in_unit"),
            models.Index(fields=["person", "valid_from"], name="post_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.role_id} @ {self.unit_path}"

    @property
    def public_id(self) -> uuid.UUID:
        return self.uid

    def holds_on(self, day: dt.date) -> bool:
        """Whether the post is in force on a day."""
        started = self.valid_from <= day
        return not self.withdrawn and started and (self.valid_to is None or day < self.valid_to)


class RoleDefault(models.Model):
    """A permission that the packaged list once gave a role, so that taking it away later is not undone."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="+")
    permission = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="role_default_once")]

    def __str__(self) -> str:
        return self.permission
