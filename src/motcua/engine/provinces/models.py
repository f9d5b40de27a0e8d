from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from motcua.kernel.clock import today


class Province(models.Model):
    """A province this installation serves. Every owned row points to one.

    `key` is ours and never changes; names and kinds are dated (ProvinceTitle), since a province may be
    renamed or become a city. `agency_code` is the level-1 identifier of Decision 20/2020/QĐ-TTg ("H05").
    `simulated`: its dossiers are made up; nobody is told of them, warned of them, or sent them (`real_provinces`).
    """

    key = models.SlugField(unique=True)
    agency_code = models.CharField(max_length=35)
    place_code = models.CharField(max_length=5)
    colour = models.CharField(max_length=7, default="#9b1c1c")
    simulated = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.key

    def title(self, on: dt.date | None = None) -> str:
        """The province's full name on a day, such as "Tỉnh Bắc Ninh"; the first one before its first date."""
        day = on or today()
        titles = sorted(self.titles.all(), key=lambda title: title.valid_from)
        current = [title for title in titles if title.valid_from <= day]
        chosen = current[-1] if current else (titles[0] if titles else None)
        return chosen.title if chosen else self.key


def real_provinces() -> models.QuerySet[Province]:
    """Those whose dossiers are people's own: notices, warnings and webhooks are for these."""
    return Province.objects.filter(simulated=False)


def mark_simulated(province: Province) -> None:
    """From now on its dossiers are made up."""
    Province.objects.filter(pk=province.pk).update(simulated=True)
    province.simulated = True


class ProvinceTitle(models.Model):
    """A province's name from a date until the next one, with the decision that gave it."""

    province = models.ForeignKey(Province, on_delete=models.CASCADE, related_name="titles")
    title = models.CharField(max_length=200)
    valid_from = models.DateField()
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "valid_from"], name="province_title_once_a_day")
        ]

    def __str__(self) -> str:
        return self.title


class Owned(models.Model):
    """Base of every owned table: the province comes first, in keys and in work-list indexes."""

    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Dated(models.Model):
    """Validity as dates: from `valid_from` to the day before `valid_to`; open when `valid_to` is null."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="%(app_label)s_%(class)s_valid_span",
            )
        ]

    @staticmethod
    def on(day: dt.date) -> Q:
        """The rows valid on a day."""
        return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
