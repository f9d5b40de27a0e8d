from __future__ import annotations

from django.db import models

from motcua.reference.timeline.api import ChangeRow, LinkRow, Store, Subject, VersionRow


class Place(Subject):
    """A territory: province, district or commune."""


class PlaceChange(ChangeRow):
    """A resolution that founded, merged, split, renamed or abolished places."""


class PlaceVersion(VersionRow):
    """A place as it was between two dates. `code` is the state register's (QĐ 124/2004/QĐ-TTg as amended,
    then QĐ 19/2025/QĐ-TTg); degrees are WGS 84, of the centroid; the area is in km²."""

    subject = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="versions")
    parent = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="child_versions")
    opened_by = models.ForeignKey(PlaceChange, on_delete=models.PROTECT, related_name="opened")
    closed_by = models.ForeignKey(PlaceChange, on_delete=models.PROTECT, null=True, related_name="closed")
    short_name = models.CharField(max_length=200)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    area_km2 = models.DecimalField(max_digits=9, decimal_places=2, null=True)


class PlaceLink(LinkRow):
    """What part of a place went to which."""

    change = models.ForeignKey(PlaceChange, on_delete=models.PROTECT, related_name="links")
    predecessor = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="links_onward")
    successor = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="links_back")


PLACES = Store(
    Place, PlaceVersion, PlaceChange, PlaceLink, ("short_name", "latitude", "longitude", "area_km2")
)
