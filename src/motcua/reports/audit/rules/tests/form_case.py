"""Builds small reports out of a case: given form rows under their printed labels, some words, a report before."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from motcua.reports.audit.api import read_report
from motcua.reports.audit.audit import read_context
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.forms.definitions import FormRow, form_set

HEADER = "STT\tChỉ tiêu thống kê\tĐơn vị tính\tSố liệu\tGhi chú"


def context_of(case: Mapping[str, Any]) -> AuditContext:
    """The context a case describes, with the one before where the case has one."""
    before = None
    if "previous" in case:
        text = case.get("previous_text", case.get("text", ""))
        before = _context(text, _rows({"rows": case["previous"]}), "ky-truoc.md")
    return _context(case.get("text", ""), _rows(case), "bao-cao.md", before)


def _context(text: str, rows: list[str], name: str, before: AuditContext | None = None) -> AuditContext:
    content = "\n\n".join(["Báo cáo", text]) + "\n\n" + "\n".join(rows) + "\n"
    return read_context(read_report([(name, content.encode())]), form_set(), before)


def _rows(case: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for form, group in groupby(_chosen(case), key=lambda row: row.form):
        lines += ["", form_set().forms[form].title, "", HEADER]
        for row in group:
            lines.append(_line(row, case))
            extra = case.get("extra")
            if extra and extra["after"] == row.key:
                lines.append(f"\t{extra['label']}\tVăn bản\t{extra['value']}\t")
    return lines


def _chosen(case: Mapping[str, Any]) -> list[FormRow]:
    if "whole" in case:
        whole = [row for form in case["whole"] for row in form_set().forms[form].rows]
        return [row for row in whole if row.key not in case.get("drop", ())]
    given = case["rows"]
    return [row for row in form_set().rows() if row.key in given]


def _line(row: FormRow, case: Mapping[str, Any]) -> str:
    value = case.get("rows", {}).get(row.key, "" if row.is_heading else "1")
    text, note = value if isinstance(value, list) else (value, "")
    number = case.get("numbers", {}).get(row.key, row.code)
    return "\t".join((number, row.label, row.unit, text, note))
