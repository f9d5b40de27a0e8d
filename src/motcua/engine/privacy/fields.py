"""A model field that is text in Python and sealed bytes in the database."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _

from motcua.engine.privacy.sealing import open_sealed, seal


class Sealed(bytes):
    """A sealed value as the database gave it. `values()` and `values_list()` give this; a model's attribute opens it."""


class OpenedOnUse(DeferredAttribute):
    """Opens a value when it is first asked for: a list that shows names only decrypts nothing, and one broken
    row does not break the page."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = open_sealed(value, context=self.field.context)  # type: ignore[attr-defined]
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        """Makes this a data descriptor: without it Python would hand out what lies in the instance, sealed."""
        instance.__dict__[self.field.attname] = value


class SealedField(models.Field):  # type: ignore[type-arg]
    """`phone = SealedField(context="applicants.phone", max_length=20)`: str in Python, bytea in PostgreSQL.

    context: room and column; never changes afterwards, since rows are sealed with it. max_length: letters.
    Cannot be searched, ordered or compared: keep a `blind` index beside it. "" is kept as empty bytes.
    """

    descriptor_class = OpenedOnUse
    empty_strings_allowed = True

    def __init__(self, *args: Any, context: str, **options: Any) -> None:
        self.context = context
        options.setdefault("blank", True)
        options.setdefault("default", "")
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        # Migrations of other rooms name the field by this room's door.
        return name, "motcua.engine.privacy.api.SealedField", args, {**options, "context": self.context}

    def get_internal_type(self) -> str:
        return "BinaryField"

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Without opening what nobody asked for."""
        return model_instance.__dict__.get(self.attname, "")

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed):
            return None if value is None else bytes(value)
        if not isinstance(value, str):
            raise TypeError(f"{self.context}: a sealed field takes text, not {type(value).__name__}")
        self._check_length(value)
        return seal(value, context=self.context)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = super().get_db_prep_value(value, connection, prepared)
        return None if value is None else connection.Database.Binary(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """Serialised it stays sealed."""
        raw = obj.__dict__.get(self.attname, "")
        return (raw if isinstance(raw, Sealed) else seal(raw or "", context=self.context)).hex()

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.context} is sealed: search by its blind index")
        return super().get_lookup(lookup_name)

    def _check_length(self, value: str) -> None:
        if self.max_length is not None and len(value) > self.max_length:
            raise ValidationError(
                _("Giá trị dài %(length)d ký tự, nhiều nhất %(most)d."),
                code="max_length",
                params={"length": len(value), "most": self.max_length},
            )
