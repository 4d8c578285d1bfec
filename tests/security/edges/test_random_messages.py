"""Random messages to every RPC: the caller is told what the contract says, and never of a defect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import grpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.security.doors import Answer, leak_of, over_grpc
from tests.security.house import House
from tests.security.rows import rows_of
from tests.support.contracts import statuses
from tests.support.random_messages import messages
from tests.support.rpcs import RPCS, UNKNOWN_ID, Rpc, sample

OWNER = "fuzzy"
SERVED = [rpc for rpc in RPCS if rpc.is_served]
OF_ANY_RPC = {"RESOURCE_EXHAUSTED"}
ANY_EXAMPLE = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def rows(house: House) -> Mapping[str, str]:
    """Rows that random messages may hit, and spoil."""
    return rows_of(house, OWNER)


def requests(rpc: Rpc, rows: Mapping[str, str]) -> st.SearchStrategy[Any]:
    """Returns random requests, half of them of a good one into which a random one is merged."""
    words: Sequence[str] = (*rows.values(), UNKNOWN_ID, OWNER, "fast_average", "buy")
    random = messages(rpc.descriptor.input_type, words)
    good = sample(rpc, **{name: rows[name] for name in rpc.fields() if name in rows and name != "template_id"})
    return st.one_of(random, random.map(lambda message: _merged(good, message)))


def _merged(good: Any, message: Any) -> Any:
    merged = type(good)()
    merged.CopyFrom(good)
    merged.MergeFrom(message)
    return merged


def assert_told_well(answer: Answer, allowed: set[str], sent: bytes) -> None:
    """Checks that an answer is one of the contract's and tells nothing of the inside, but what the caller sent."""
    assert answer.status in allowed, answer
    leak = leak_of(answer.text) if answer.status != "OK" else None
    assert leak is None or leak.encode() in sent, answer


@pytest.mark.parametrize("rpc", SERVED, ids=lambda rpc: rpc.name)
def test_whatever_a_message_holds_is_answered_as_the_contract_says(
    house: House, rows: Mapping[str, str], comments: Mapping[str, str], rpc: Rpc
) -> None:
    allowed = statuses(comments[rpc.name]) | OF_ANY_RPC
    token = house.service_token(OWNER) if rpc.rest is None else house.token(OWNER)
    with grpc.insecure_channel(house.suite.addresses[rpc.server]) as channel:

        @ANY_EXAMPLE
        @given(requests(rpc, rows))
        def answers_well(request: Any) -> None:
            assert_told_well(over_grpc(rpc, channel, request, token), allowed, request.SerializeToString())

        answers_well()


@pytest.mark.parametrize("rpc", SERVED, ids=lambda rpc: rpc.name)
def test_whatever_the_bytes_of_a_message_are_it_is_answered_as_the_contract_says(
    house: House, comments: Mapping[str, str], rpc: Rpc
) -> None:
    allowed = statuses(comments[rpc.name]) | OF_ANY_RPC | {"INVALID_ARGUMENT"}
    good = sample(rpc).SerializeToString()
    token = house.service_token(OWNER) if rpc.rest is None else house.token(OWNER)
    with grpc.insecure_channel(house.suite.addresses[rpc.server]) as channel:

        @ANY_EXAMPLE
        @given(st.one_of(st.binary(max_size=60), broken(good)))
        def answers_well(content: bytes) -> None:
            assert_told_well(over_grpc(rpc, channel, content, token), allowed, content)

        answers_well()


def broken(good: bytes) -> st.SearchStrategy[bytes]:
    """Returns a good message with a piece of it replaced or cut off."""
    place = st.integers(0, len(good))
    return st.tuples(place, place, st.binary(max_size=8)).map(
        lambda parts: good[: min(parts[:2])] + parts[2] + good[max(parts[:2]) :]
    )
