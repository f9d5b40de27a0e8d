"""Django's `migrate`, with the models of the history rendered only where an operation changes them.

Django renders every model related to the one an operation touches. Here nearly all are related through the province,
so a new table or index would cost some hundred models made anew: nine tenths of a first start.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ModelState, ProjectState


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with few_renderings():
            super().handle(*args, **options)


@contextmanager
def few_renderings() -> Iterator[None]:
    """Inside, additions to a state render what they add: the models themselves come out as Django's would."""
    before = ProjectState.add_model, ProjectState._append_option
    ProjectState.add_model, ProjectState._append_option = _add_model, _append_option
    try:
        yield
    finally:
        ProjectState.add_model, ProjectState._append_option = before


def _add_model(state: ProjectState, added: ModelState) -> None:
    """Nothing refers yet to a model that is new: the models it refers to learn of it as it is rendered."""
    key = added.app_label, added.name_lower
    state.models[key] = added
    if state._relations is not None:
        state.resolve_model_relations(key)
    if "apps" not in state.__dict__:  # hasattr would render it
        return
    if key[1] in state.apps.all_models[key[0]]:
        state.reload_model(*key)
    else:
        state.apps.render_multiple([added])


def _append_option(state: ProjectState, app_label: str, model_name: str, option: str, added: Any) -> None:
    """An index or a constraint belongs to its own model alone."""
    model_state = state.models[app_label, model_name]
    model_state.options[option] = [*model_state.options[option], added]
    if "apps" in state.__dict__:
        meta = state.apps.all_models[app_label][model_name]._meta
        setattr(meta, option, model_state.options[option])
        meta.original_attrs[option] = model_state.options[option]
        meta.__dict__.pop("total_unique_constraints", None)
