"""Failures of commands, printed with their code in Vietnamese and one line of English."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from motcua.engine.database.api import DatabaseProblem


class Problem(click.ClickException):
    """A failure the administrator can act on: code, Vietnamese message, English line."""

    def __init__(self, code: str, message: str, english: str) -> None:
        super().__init__(f"[{code}] {message}\n{english}")
        self.code = code

    def show(self, file: Any = None) -> None:
        click.echo(f"Lỗi / Error: {self.message}", err=True, file=file)


def explained(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command fail with the message of a DatabaseProblem instead of a traceback."""

    @functools.wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DatabaseProblem as problem:
            raise Problem(problem.code, problem.message, problem.english) from problem

    return wrapper
