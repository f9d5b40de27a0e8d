"""The `motcua` command. Subcommands load only when called, so that `motcua audit` starts at once."""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "run": "motcua.cli.run:run",
    "audit": "motcua.cli.audit:audit",
    "backup": "motcua.cli.backup:backup",
    "restore": "motcua.cli.restore:restore",
    "upgrade": "motcua.cli.upgrade:upgrade",
    "facts": "motcua.cli.facts:facts",
    "load-province": "motcua.cli.setup:load_province",
    "create-admin": "motcua.cli.setup:create_admin",
    "doctor": "motcua.cli.doctor:doctor",
    "simulate": "motcua.cli.simulate:simulate",
    "verify": "motcua.cli.verify:verify",
    "verify-log": "motcua.cli.verify_log:verify_log",
    "manage": "motcua.cli.manage:manage",
}


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="motcua", prog_name="motcua")
def main() -> None:
    """motcua: một cửa điện tử và báo cáo cải cách hành chính của tỉnh."""
