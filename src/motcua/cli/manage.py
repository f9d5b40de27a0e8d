"""Django's own commands, for administrators: motcua manage migrate, motcua manage shell."""

from __future__ import annotations

import os

import click

from motcua.cli.problems import explained
from motcua.engine.database.api import running_database


@click.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@explained
def manage(arguments: tuple[str, ...]) -> None:
    """Chạy một lệnh quản trị của Django."""
    from django.core.management import execute_from_command_line

    with running_database() as url:
        os.environ["MOTCUA_DATABASE_URL"] = url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
        execute_from_command_line(["motcua manage", *arguments])
