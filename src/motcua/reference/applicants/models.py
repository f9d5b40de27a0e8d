from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.engine.privacy.api import SealedField
from motcua.engine.provinces.api import Owned
from motcua.kernel.ids import uuid7
from motcua.reference.applicants.identity import LONGEST_NAME


class Kind(models.TextChoices):
    CITIZEN = "citizen", "Công dân"
    FOREIGNER = "foreigner", "Người nước ngoài"
    HOUSEHOLD_BUSINESS = "household_business", "Hộ kinh doanh"
    ENTERPRISE = "enterprise", "Doanh nghiệp"
    ORGANISATION = "organisation", "Cơ quan, tổ chức khác"

    @property
    def personal(self) -> bool:
        """Whether the name is a human's."""
        return self in (Kind.CITIZEN, Kind.FOREIGNER)


class IdentityKind(models.TextChoices):
    CITIZEN_ID = "citizen_id", "Số căn cước (định danh cá nhân)"
    OLD_ID = "old_id", "Chứng minh nhân dân cũ"
    PASSPORT = "passport", "Hộ chiếu"
    TAX_CODE = "tax_code", "Mã số thuế"
    ENTERPRISE_NUMBER = "enterprise_number", "Mã số doanh nghiệp"
    OTHER = "other", "Giấy tờ khác"


# Passports of two countries may bear one number; other papers are not the register's to judge.
NOT_UNIQUE = ("passport", "other")


class Applicant(Owned):
    """Somebody who asks: a citizen, an enterprise, an organisation. Belongs to the province, not to a unit.

    Two stories: a mother registers a birth at any counter and is found again by her number a year later; a company
    files through its director (`representative`) and then through another. The name stays plain, since it is
    searched by its beginning; everything else that is personal is sealed and found by blind index only.

    `merged_into` points to the record that is kept when two turn out to be one person; nothing is lost, and taking
    it back is clearing the pointer. `person_blind` is name and birth date together, to find a likely twin.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    display_name = models.CharField(max_length=LONGEST_NAME)
    search_text = models.CharField(max_length=2 * LONGEST_NAME, editable=False)
    sort_key = models.CharField(max_length=6 * LONGEST_NAME, editable=False)
    identity_kind = models.CharField(max_length=20, choices=IdentityKind.choices, blank=True)
    identity_number = SealedField(context="applicants.identity_number", max_length=30)
    identity_blind = models.BinaryField(max_length=32, default=b"", editable=False)
    phone = SealedField(context="applicants.phone", max_length=20)
    phone_blind = models.BinaryField(max_length=32, default=b"", editable=False)
    email = SealedField(context="applicants.email", max_length=254)
    address = SealedField(context="applicants.address", max_length=500)
    birth_date = SealedField(context="applicants.birth_date", max_length=10)
    person_blind = models.BinaryField(max_length=32, default=b"", editable=False)
    place_code = models.CharField(max_length=5, blank=True)
    representative = SealedField(context="applicants.representative", max_length=LONGEST_NAME)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    merge_reason = models.CharField(max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1)
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "identity_blind"],
                condition=Q(merged_into__isnull=True)
                & ~Q(identity_blind=b"")
                & ~Q(identity_kind__in=NOT_UNIQUE),
                name="applicant_identity_once",
            ),
        ]
        indexes = [
            models.Index(fields=["province", "sort_key", "id"], name="applicant_in_order"),
            models.Index(fields=["province", "id"], name="applicant_by_age"),
            models.Index(
                fields=["province", "identity_blind"],
                condition=~Q(identity_blind=b""),
                name="applicant_by_identity",
            ),
            models.Index(
                fields=["province", "phone_blind"], condition=~Q(phone_blind=b""), name="applicant_by_phone"
            ),
            models.Index(
                fields=["province", "person_blind"],
                condition=~Q(person_blind=b""),
                name="applicant_by_person",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def subject(self) -> str:
        """How events and readings name this applicant."""
        return f"applicant:{self.uid}"


class NameWord(Owned):
    """A word that stands in some applicant's name: what a half-typed word may become. Written by a trigger.

    A prefix in a tsquery is planned blindly; its words, looked up here first, are planned by how common they are.
    """

    word = models.CharField(max_length=2 * LONGEST_NAME)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province", "word"], name="applicant_word_once")]
        indexes = [
            models.Index(
                fields=["province", "word"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
                name="applicant_word_begin",
            )
        ]

    def __str__(self) -> str:
        return self.word
