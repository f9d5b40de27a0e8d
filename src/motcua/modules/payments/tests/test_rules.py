"""What is pure: relief, fees of a procedure, sums of a duty, dated values."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.money import Dong
from motcua.modules.catalogue.data import Channel, ChannelLimit, Fee, ProcedureContent
from motcua.modules.payments.ledger import keyed, sums
from motcua.modules.payments.models import METHODS, Charge
from motcua.modules.payments.rules import ONLINE, fees_of, has_fee, order_minutes, relieved

AMOUNTS = st.integers(1, 10**12)
MOMENTS = st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(dt.UTC))


@given(AMOUNTS, st.integers(-10, 10**12))
def test_a_relief_takes_off_what_it_says_and_leaves_something(listed, off):
    assert relieved(Dong(listed), "", None) == Dong(listed)
    assert relieved(Dong(listed), "exempt", None) == Dong(0)
    if 0 < off < listed:
        left = relieved(Dong(listed), "reduced", Dong(off))
        assert Dong(0) < left < Dong(listed) and left + Dong(off) == Dong(listed)
    else:
        with pytest.raises(ValueError):
            relieved(Dong(listed), "reduced", Dong(off))


@pytest.mark.parametrize(
    ("fees", "expected"),
    [
        ((), False),
        ((Fee("Lệ phí", 0),), False),
        ((Fee("Lệ phí", 0), Fee("Phí", 1_000)), True),
        ((Fee("Phí", None, note="theo quy định"),), True),
    ],
)
def test_a_procedure_has_a_duty_when_some_fee_is_not_nothing(fees, expected):
    content = ProcedureContent(
        channels=(Channel("direct", (ChannelLimit(),)), Channel("online", (ChannelLimit(fees=fees),)))
    )
    assert has_fee(content) is expected
    assert fees_of(content, "online", "") == fees
    assert fees_of(ProcedureContent(), "direct", "") == ()


@st.composite
def charges(draw):
    state = draw(st.sampled_from(["due", "paid", "exempt", "cancelled"]))
    amount = 0 if state == "exempt" else draw(AMOUNTS)
    paid = state == "paid"
    return Charge(
        state=state,
        amount=amount,
        listed=amount + draw(st.integers(0, 1000)),
        charged_at=draw(MOMENTS),
        paid_at=draw(MOMENTS) if paid else None,
        method=draw(st.sampled_from(sorted(METHODS))) if paid else "",
        refunded=draw(st.integers(0, amount)) if paid else 0,
    )


@given(st.lists(charges(), max_size=6))
def test_the_sums_of_a_duty_hold_together(rows):
    told = sums(rows)
    due = sum(one.amount for one in rows if one.state == "due")
    assert told["owed"] == told["paid"] + due
    assert 0 <= told["paid_online"] <= told["paid"] and told["refunded"] <= told["paid"]
    assert (told["owed_at"] is None) == (told["owed"] == 0)
    assert (told["settled_at"] is not None) == (told["owed"] > 0 and due == 0)
    assert (told["online_at"] is not None) == any(one.method in ONLINE for one in rows)
    assert (
        sums([*rows, Charge(state="cancelled", amount=5, listed=5, charged_at=dt.datetime.now(dt.UTC))])
        == told
    )


def test_an_order_waits_as_the_rule_of_the_day_says():
    day = dt.date(2026, 3, 2)
    assert {method: order_minutes(method, day) for method in METHODS} == {
        "national": 1440, "provincial": 1440, "transfer": 4320, "pos": None, "cash": None,
    }  # fmt: skip
    assert order_minutes("national", dt.date(2014, 12, 31)) is None


@given(st.text(min_size=1, max_size=400), st.text(min_size=1, max_size=400))
def test_two_keys_are_never_one_however_long(one, other):
    uid = uuid.UUID(int=7)
    first, second = keyed("collect_order", uid, one), keyed("collect_order", uid, other)
    assert first is not None and len(first) <= 200
    assert (first == second) == (one == other)
    assert keyed("collect_order", uid, "") is None
