"""One JSON line a happening on standard error, with a request id and without anybody's data.

Personal data hide in arguments, addresses, rows quoted by exceptions. So a line holds only: the text of our own
messages, which are constants; of foreign loggers, the template without its arguments; named fields from one list;
and of exceptions, type and place, never their text.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import traceback
from pathlib import Path
from typing import Any

from structlog.contextvars import get_contextvars

FIELDS = (
    "request_id",
    "method",
    "route",
    "status",
    "ms",
    "user",
    "job",
    "job_id",
    "outcome",
    "beat",
    "kind",
    "place",
    "action",
    "attempt",
)
_OURS = ("motcua", "granian", "_granian")
_FRAMES = 12


class PrivateFormatter(logging.Formatter):
    """Writes a record as JSON; what is not on the list of fields is left out."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _said(record),
        }
        context = get_contextvars()
        for field in FIELDS:
            value = getattr(record, field, context.get(field))
            if isinstance(value, str | int | float):
                line[field] = value
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = _trace(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def configure_logging(level: str = "INFO") -> None:
    """Sends all loggers to standard error as private JSON lines; called once, from settings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PrivateFormatter())
    handler.set_name("motcua")
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if kept.get_name() != "motcua"] + [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("motcua").setLevel(level)
    # Django says of every 404 which address it was; the request line says the same without the address.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    # A job's line is written by the jobs room; Procrastinate's own would quote the job's arguments.
    logging.getLogger("procrastinate").setLevel(logging.ERROR)


def _said(record: logging.LogRecord) -> str:
    """Our messages are constants. A foreign one is trusted only as a template, and only when it is one."""
    if record.name.split(".")[0] in _OURS:
        return str(record.msg)
    return str(record.msg) if record.args else f"{record.module}.{record.funcName}:{record.lineno}"


def _trace(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    kept = [frame for frame in frames[:-3] if "/motcua/" in frame.filename][-_FRAMES:] + frames[-3:]
    told: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "where": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in kept],
    }
    code = getattr(error, "code", None)
    if isinstance(code, str) and type(error).__module__.startswith("motcua."):
        told["code"] = code
    if error.__cause__ is not None:
        told["cause"] = type(error.__cause__).__qualname__
    return told


def _short(filename: str) -> str:
    """The path from the package on, which says nothing of the machine."""
    parts = Path(filename).parts
    for root in ("motcua", "site-packages"):
        if root in parts:
            last = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[last:])
    return Path(filename).name
