from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from motcua.engine.permissions.models import UnitOwned
from motcua.kernel.ids import uuid7


class KeyKind(models.TextChoices):
    PKCS12 = "pkcs12", "Tệp khóa trên máy chủ (PKCS#12)"
    PKCS11 = "pkcs11", "Thiết bị lưu khóa (PKCS#11)"
    DEVELOPMENT = "development", "Chứng thư dùng thử"


class SigningIdentity(UnitOwned):
    """A certificate somebody signs with: of a person (`user`), else of the unit itself.

    The key is never here: sealed in the data folder under `uid`, or on a token (`module`, `token`, `key_label`).
    `asks_secret`: passphrase or PIN is asked at every signature.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=KeyKind.choices)
    subject = models.CharField(max_length=500)
    issuer = models.CharField(max_length=500)
    serial = models.CharField(max_length=64)
    certificate = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    module = models.CharField(max_length=300, blank=True)
    token = models.CharField(max_length=100, blank=True)
    key_label = models.CharField(max_length=100, blank=True)
    asks_secret = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="pkcs11", module__gt="", key_label__gt="")
                | (~Q(kind="pkcs11") & Q(module="", token="", key_label="")),
                name="identity_says_where_its_key_lies",
            ),
            models.UniqueConstraint(
                fields=["issuer", "serial", "province"],
                condition=Q(retired_at__isnull=True),
                name="identity_once",
            ),
        ]
        indexes = [
            models.Index(fields=["user"], name="identity_of_person"),
            models.Index(fields=["province", "unit_path"], name="identity_of_unit"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def public_id(self) -> uuid.UUID:
        return self.uid

    def holds_at(self, moment: dt.datetime) -> bool:
        """In force by its dates, and not put away."""
        return self.retired_at is None and self.valid_from <= moment <= self.valid_to


class Act(models.TextChoices):
    PERSON = "person", "Người có thẩm quyền ký"
    NUMBER = "number", "Cấp số, ngày"
    ORGANISATION = "organisation", "Chữ ký số của cơ quan"


class SignatureRecord(UnitOwned):
    """One act on a paper: who, when, with which certificate, and the file's digests before and after. Never changed."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    act = models.CharField(max_length=20, choices=Act.choices)
    identity = models.ForeignKey(
        SigningIdentity, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=100, blank=True)
    serial = models.CharField(max_length=64, blank=True)
    number = models.CharField(max_length=100, blank=True)
    day = models.DateField(null=True, blank=True)
    form = models.CharField(max_length=5, blank=True)
    stands_for = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=100, blank=True)
    done_at = models.DateTimeField()
    timestamped_at = models.DateTimeField(null=True, blank=True)
    digest_before = models.CharField(max_length=64)
    digest_after = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(act="number", identity__isnull=True, day__isnull=False)
                | (~Q(act="number") & Q(identity__isnull=False)),
                name="signature_by_a_certificate",
            )
        ]
        indexes = [
            models.Index(fields=["digest_after"], name="signature_of_file"),
            models.Index(fields=["province", "subject"], name="signature_of_subject"),
            models.Index(fields=["province", "unit_path", "id"], name="signature_in_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.kind} {self.digest_after[:12]}"
