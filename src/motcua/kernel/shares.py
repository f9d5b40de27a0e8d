"""Whole numbers shared out by weights, adding up exactly."""

from __future__ import annotations

from collections.abc import Sequence


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` in whole parts as near to the weights as can be: the largest remainders get the rest.

    Of equal remainders the first is favoured. Weights are not negative and one of them is above 0: the caller says so
    in its own words where they are not.
    """
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts
