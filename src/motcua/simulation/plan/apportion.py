"""Whole numbers shared out by weights, adding up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from motcua.kernel import shares
from motcua.simulation.plan.errors import PlanError


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` in whole parts as near to ``weights`` as can be; nothing among nobody is nothing.

    Raises PlanError SIM-WEIGHTS when something is to be shared among nobody, or a number is negative.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise PlanError("SIM-WEIGHTS", "Tổng và trọng số không được âm; hãy xem lại tệp hiệu chỉnh.")
    if any(weights):
        return shares.apportion(total, weights)
    if total == 0:
        return [0] * len(weights)
    raise PlanError(
        "SIM-WEIGHTS", f"Không có nơi nào để chia {total} hồ sơ; hãy cho ít nhất một trọng số khác 0."
    )


def apportion_table(rows: Sequence[int], columns: Sequence[int]) -> list[list[int]]:
    """A table of whole numbers whose rows and columns add up to the given totals, as near to independence as can be.

    Row after row is shared out by what the columns still have to give; the last row takes the rest.
    """
    if sum(rows) != sum(columns):
        raise PlanError(
            "SIM-CALIBRATION",
            f"Tổng theo hàng {sum(rows)} khác tổng theo cột {sum(columns)}; hai cách chia phải cùng một tổng.",
        )
    left = list(columns)
    table = []
    for total in rows:
        row = apportion(total, left)
        table.append(row)
        left = [have - given for have, given in zip(left, row, strict=True)]
    return table


def scaled(total: int, scale: Fraction) -> int:
    """``total`` times ``scale``, half up. Raises PlanError SIM-SCALE unless 0 < scale."""
    if scale <= 0:
        raise PlanError("SIM-SCALE", "Tỷ lệ mô phỏng phải lớn hơn 0, ví dụ 0.01 hoặc 1.")
    return int(total * scale + Fraction(1, 2))
