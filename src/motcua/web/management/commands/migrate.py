"""Django's `migrate`, with the models of the history rendered only where an operation changes them.

Django renders every model related to the one an operation touches. Here nearly all are related through the province,
so a new table or index would cost some hundred models made anew: nine tenths of a first start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ModelState, ProjectState


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        # Going back, Django keeps many states at once, and models must not be shared among them.
        with nullcontext() if options.get("migration_name") else few_renderings():
            super().handle(*args, **options)


@contextmanager
def few_renderings() -> Iterator[None]:
    """Inside, additions to a state that goes forward render what they add; whatever else Django does, it does fully."""
    additions = Additions(ProjectState.reload_model, ProjectState.reload_models)
    ours = {
        "add_model": additions.add_model,
        "_append_option": additions.append_option,
        "reload_model": additions.reload_model,
        "reload_models": additions.reload_models,
    }
    before = {name: getattr(ProjectState, name) for name in ours}
    for name, method in ours.items():
        setattr(ProjectState, name, _as_method(method))
    try:
        yield
    finally:
        for name, method in before.items():
            setattr(ProjectState, name, method)


def _as_method(function: Callable[..., None]) -> Callable[..., None]:
    return lambda *arguments, **options: function(*arguments, **options)


class Additions:
    """`ragged`: Django put off rendering some models, so that others still refer to what they were."""

    def __init__(self, reload_one: Callable[..., None], reload_many: Callable[..., None]) -> None:
        self._reload_one, self._reload_many = reload_one, reload_many
        self.ragged = False

    def add_model(self, state: ProjectState, added: ModelState) -> None:
        """Nothing refers yet to a model that is new: the models it refers to learn of it as it is rendered."""
        key = added.app_label, added.name_lower
        state.models[key] = added
        if state._relations is not None:
            state.resolve_model_relations(key)
        if "apps" not in state.__dict__:  # hasattr would render it
            return
        if self.ragged or key[1] in state.apps.all_models[key[0]]:
            del state.__dict__["apps"]
            self.ragged = False
            assert state.apps is not None  # rendered anew, all of it
            return
        for model in state.apps.get_models(include_auto_created=True):
            model._meta.apps = state.apps  # where they look for who refers to them
        state.apps.render_multiple([added])

    def append_option(
        self, state: ProjectState, app_label: str, model_name: str, option: str, added: Any
    ) -> None:
        """An index or a constraint belongs to its own model alone."""
        model_state = state.models[app_label, model_name]
        model_state.options[option] = [*model_state.options[option], added]
        if "apps" in state.__dict__:
            meta = state.apps.all_models[app_label][model_name]._meta
            setattr(meta, option, model_state.options[option])
            meta.original_attrs[option] = model_state.options[option]
            meta.__dict__.pop("total_unique_constraints", None)

    def reload_model(self, state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
        self.ragged = self.ragged or delay
        self._reload_one(state, app_label, model_name, delay)

    def reload_models(self, state: ProjectState, models: Any, delay: bool = True) -> None:
        self.ragged = self.ragged or delay
        self._reload_many(state, models, delay)
