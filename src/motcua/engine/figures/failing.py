"""Which records a share falls short by: those of its denominator that its numerator leaves out."""

from __future__ import annotations

from motcua.engine.figures.language import Figure, Filter, Operator


def failing_filters(figure: Figure) -> tuple[Filter, ...] | None:
    """What narrows a share's denominator to the records its numerator leaves out.

    None where that is not one yes-or-no condition on the same records. A record that says neither passes neither.
    Nor for distinct counts: a value fails when none of its records passes.
    """
    above, below = figure.numerator, figure.denominator
    if above is None or below is None or len(above.terms) != 1 or len(below.terms) != 1:
        return None
    (factor, part), (whole_factor, whole) = above.terms[0], below.terms[0]
    more = [each for each in part.filters if each not in whole.filters]
    if figure.counts_distinct:
        return None
    same = (part.fact, part.unit, part.measure) == (whole.fact, whole.unit, whole.measure)
    if factor != 1 or whole_factor != 1 or not same:
        return None
    if len(part.filters) != len(whole.filters) + 1 or len(more) != 1:
        return None
    [extra] = more
    if extra.operator is not Operator.EQUAL or extra.operand is None:
        return None
    if isinstance(extra.operand, bool):
        return (Filter(extra.column, Operator.EQUAL, not extra.operand),)
    return (Filter(extra.column, Operator.NOT_EQUAL, extra.operand),)
