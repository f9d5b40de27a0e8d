"""Text that rooms declare as plain data and pages translate when they show it; translators need the list."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.utils.module_loading import autodiscover_modules

from motcua.engine.clients.api import declared_scopes, registered_routers
from motcua.engine.events.api import event_types
from motcua.engine.figures.values import STATE_WORDS
from motcua.engine.jobs.api import declared_beats, declared_jobs
from motcua.engine.notices.api import declared_notices
from motcua.engine.permissions.api import declared
from motcua.engine.privacy.api import declared_retentions, field_labels, purpose_labels
from motcua.engine.registers.api import declared_registers
from motcua.modules.catalogue.search.language import life_events
from motcua.modules.dossiers.rules import late_causes
from motcua.modules.dossiers.slips.printing import KINDS as SLIPS
from motcua.modules.dossiers.states import STATUS_WORDS, TABLE
from motcua.modules.feedback.rules import scales
from motcua.modules.feedback.rules import words as petition_words
from motcua.modules.feedback.states import STATE_WORDS as TICKET_STATES
from motcua.modules.feedback.states import TABLE as TICKET_TABLE
from motcua.modules.records.rules import grounds
from motcua.modules.records.states import TABLE as PAPER_TABLE
from motcua.reference.calendars.api import declared_parameters
from motcua.reference.organisations.api import KINDS
from motcua.reference.organisations.followers import followers
from motcua.reference.people.api import PROVINCE_WIDE, demo_cast
from motcua.reference.people.roles import role_definitions
from motcua.reference.places.api import KINDS as PLACE_KINDS
from motcua.reference.timeline.api import KINDS_OF_CHANGE
from motcua.reports.audit.api import rules
from motcua.reports.audit.outputs.words import FIGURE_WORDS, OUTCOME_WORDS, SEVERITY_WORDS
from motcua.reports.forms.definitions import form_set
from motcua.reports.forms.figures import row_figure
from motcua.reports.indices.api import CAUSE_WORDS, LEVEL_WORDS, RULE_WORDS, WHY_WORDS


def declared_texts() -> Iterator[tuple[str, str]]:
    """(where it is declared, Vietnamese text) of everything that no gettext call in the source names."""
    autodiscover_modules("jobs")
    yield from (("permission", permission.label) for permission in declared())
    yield from (("event", kind.pattern) for kind in event_types() if kind.pattern)
    yield from (("job", job.label) for job in declared_jobs())
    yield from (("beat", beat.label) for beat in declared_beats())
    yield from (("follower", follower.label) for follower in followers())
    yield from _choices()
    yield from _roles()
    yield from _cast()
    yield from _units()
    for words in (OUTCOME_WORDS, SEVERITY_WORDS, FIGURE_WORDS):
        yield from (("audit", word) for word in words.values())
    yield from _scopes()
    yield from (
        ("notice", text)
        for one in declared_notices()
        for text in (one.label, one.subject, one.body, one.sms)
        if text
    )
    yield from (("purpose", label) for label in purpose_labels().values())
    yield from (("personal", label) for label in field_labels().values())
    yield from (("retention", one.label) for one in declared_retentions())
    yield from (("register", one.label) for one in declared_registers())
    yield from (("parameter", text) for one in declared_parameters() for text in (one.label, one.basis))
    yield from (("cause", label) for label in late_causes().values())
    yield from (("status", word) for word in STATUS_WORDS.values())
    yield from (("operation", text) for move in TABLE.values() for text in (move.label, move.clause))
    yield from (("petition", word) for word in TICKET_STATES.values())
    yield from (("petition", text) for move in TICKET_TABLE.values() for text in (move.label, move.clause))
    yield from (("petition", label) for listed in petition_words().values() for label in listed.values())
    yield from _rating_words()
    yield from (("operation", text) for move in PAPER_TABLE.values() for text in (move.label, move.clause))
    yield from (("ground", text) for one in grounds().values() for text in (one.label, one.basis))
    yield from (("life-event", text) for one in life_events() for text in (one.name, one.summary))
    yield from (("slip", kind.label) for kind in SLIPS.values())
    yield from (("rule", rule.title) for rule in rules())
    yield from _legal_bases()
    yield from (("figure", word) for word in STATE_WORDS.values())
    for words in (CAUSE_WORDS, LEVEL_WORDS, RULE_WORDS, WHY_WORDS):
        yield from (("index", word) for word in words.values())


def _choices() -> Iterator[tuple[str, str]]:
    """The words of every choice that a column of ours allows."""
    for model in apps.get_models():
        if model.__module__.startswith("motcua."):
            for column in model._meta.get_fields():
                for value, label in getattr(column, "flatchoices", None) or ():
                    if str(label) != value:
                        yield f"{model._meta.label_lower}.{column.name}", str(label)


def _rating_words() -> Iterator[tuple[str, str]]:
    """What applicants are asked and may answer when they rate."""
    for scale in scales():
        yield from (("rating", text) for text in (*scale.levels.values(), *scale.reasons.values()))
        for one in scale.criteria:
            yield from (("rating", text) for text in (one.label, *one.answers.values()))


def _scopes() -> Iterator[tuple[str, str]]:
    """A room declares its scopes beside its routes, which are loaded when addresses are first asked for."""
    for mounted in registered_routers():
        mounted.factory()
    yield from (("scope", one.label) for one in declared_scopes())


def _legal_bases() -> Iterator[tuple[str, str]]:
    """The acts that the rows of the forms rest on."""
    forms = form_set()
    for row in forms.rows():
        if not row.is_heading:
            yield from (("basis", act) for act in row_figure(forms, row).legal_basis)


def _roles() -> Iterator[tuple[str, str]]:
    for role in role_definitions():
        yield "role", role.label
        yield "role", role.description


def _cast() -> Iterator[tuple[str, str]]:
    for member in demo_cast().members:
        yield "demonstration", member.title
        yield "demonstration", member.about


def _units() -> Iterator[tuple[str, str]]:
    """Kinds of units and places, what a kind is there for and by which law, kinds of changes."""
    yield "unit", PROVINCE_WIDE.name
    for kind in KINDS.values():
        yield from (("unit", text) for text in (kind.label, kind.competence, kind.basis))
    yield from (("place", word) for _level, word in PLACE_KINDS.values())
    yield from (("change", word) for word in KINDS_OF_CHANGE.values())
