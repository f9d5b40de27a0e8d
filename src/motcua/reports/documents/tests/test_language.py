"""The language of narratives: what is written reads back; what cannot be understood is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.reports.documents.errors import NarrativeError
from motcua.reports.documents.language import Ref, read_condition, read_ref, read_text, written

KEYS = st.sampled_from(["3!3.1", "1!2", "7!6.2.1", "dossiers.received", "records.reuse-rate", "period"])
REFS = st.builds(
    Ref, KEYS, st.sampled_from(["", "before", "last-year", "target"]), st.sampled_from(["", "unit", "words"])
)


@given(st.lists(st.one_of(REFS, st.text(min_size=1, max_size=30)), max_size=6))
def test_what_is_written_reads_back(parts):
    joined = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    assert read_text(written(joined)) == joined


@pytest.mark.parametrize(
    "text", ["{", "}", "{3!3.1", "{3!}", "{A}", "{3!3.1@never}", "{3!3.1|loud}", "{3!3.1|change}"]
)
def test_a_binding_nobody_understands_is_refused(text):
    with pytest.raises(NarrativeError) as refusal:
        read_text(text)
    assert refusal.value.code == "documents.binding.shape"


@pytest.mark.parametrize("given_", [{}, {"hopes": "3!3.1"}, {"risen": "3!3.1"}, {"all": [{"x": 1}]}])
def test_a_condition_nobody_understands_is_refused(given_):
    with pytest.raises(NarrativeError) as refusal:
        read_condition(given_)
    assert refusal.value.code == "documents.condition.shape"


def test_a_target_is_meant_by_its_test():
    assert read_condition({"missed": "6!1"}).refs == (Ref("6!1", "target"),)
    assert str(read_ref("3!3.1@last-year|change")) == "3!3.1@last-year|change"
