"""Random JSON and random queries through Envoy: always the envelope, and never a defect."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from google.protobuf.descriptor import Descriptor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.test_envelope import assert_success
from tests.security.doors import leak_of
from tests.security.house import House
from tests.security.rows import rows_of
from tests.support.random_messages import PLAIN_WORDS
from tests.support.rpcs import PUBLIC, UNKNOWN_ID, Rest, Rpc

OWNER = "fuzzy-rest"
REST = [rpc for rpc in PUBLIC if rpc.is_served]
ANY_EXAMPLE = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_NUMBERS = st.one_of(
    st.integers(), st.floats(), st.sampled_from([2**31, -(2**31) - 1, 2**63, 2**64, 1e308, 10**400, 0.1, -0.0])
)
_LEAVES = st.one_of(st.none(), st.booleans(), _NUMBERS, st.sampled_from(PLAIN_WORDS), st.text(max_size=10))


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)


ANYTHING = st.recursive(_LEAVES, _containers, max_leaves=8)


@pytest.fixture(scope="module")
def rows(house: House) -> Mapping[str, str]:
    """Rows that random requests may hit, and spoil."""
    return rows_of(house, OWNER)


def objects(descriptor: Descriptor, depth: int = 0) -> st.SearchStrategy[Any]:
    """Returns objects whose keys are mostly a message's fields and whose values are anything."""
    known = {
        name: ANYTHING | objects(field.message_type, depth + 1) if field.message_type and depth < 3 else ANYTHING
        for name, field in descriptor.fields_by_name.items()
    }
    return st.fixed_dictionaries({}, optional=known | {"unknown": ANYTHING})


def queries(rpc: Rpc) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Returns lists of parameters that are mostly a request's fields."""
    names = st.sampled_from([*sorted(rpc.fields()), "access_token", "unknown"]) | st.text(max_size=5)
    values = st.sampled_from(PLAIN_WORDS) | st.text(max_size=8) | st.integers().map(str)
    return st.lists(st.tuples(names, values), max_size=4)


def assert_enveloped(response: httpx.Response, sent: str) -> None:
    """Checks the envelope, and that what it tells is not of our inside."""
    if response.status_code < 400:
        assert_success(response, response.status_code)
        return
    body = response.json()
    assert set(body) == {"success", "data", "error", "timestamp"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert re.fullmatch(r"[A-Z_]+", body["error"]["code"])
    assert body["error"]["code"] not in ("INTERNAL_ERROR", "SERVICE_UNAVAILABLE", "DEADLINE_EXCEEDED"), body
    leak = leak_of(response.text)
    assert leak is None or leak in sent, body


def path_of(rest: Rest, rows: Mapping[str, str]) -> str:
    """Returns the path to the owner's row."""
    return rest.filled(rows)


@pytest.mark.parametrize("rpc", [rpc for rpc in REST if rpc.rest and rpc.rest.body], ids=lambda rpc: rpc.name)
def test_whatever_a_body_holds_the_answer_is_in_the_envelope(house: House, rows: Mapping[str, str], rpc: Rpc) -> None:
    assert rpc.rest is not None
    rest, descriptor = rpc.rest, rpc.descriptor.input_type
    body_type = descriptor if rest.body == "*" else descriptor.fields_by_name[rest.body].message_type
    assert body_type is not None
    with house.gateway.client(house.token(OWNER)) as client:

        @ANY_EXAMPLE
        @given(objects(body_type) | ANYTHING)
        def answers_well(value: Any) -> None:
            body = json.dumps(value)
            headers = {"content-type": "application/json"}
            assert_enveloped(client.request(rest.verb, path_of(rest, rows), content=body, headers=headers), body)

        answers_well()


@pytest.mark.parametrize("rpc", [rpc for rpc in REST if not rpc.streams], ids=lambda rpc: rpc.name)
def test_whatever_a_path_and_a_query_hold_the_answer_is_in_the_envelope(
    house: House, rows: Mapping[str, str], rpc: Rpc
) -> None:
    assert rpc.rest is not None
    rest = rpc.rest
    ids = st.sampled_from([*rows.values(), UNKNOWN_ID]) | st.text(min_size=1, max_size=12)
    with house.gateway.client(house.token(OWNER)) as client:

        @ANY_EXAMPLE
        @given(st.fixed_dictionaries(dict.fromkeys(rest.variables(), ids)), queries(rpc))
        def answers_well(variables: Mapping[str, str], query: list[tuple[str, str]]) -> None:
            path = rest.filled({name: quote(value, safe="") for name, value in variables.items()})
            asked = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
            response = client.request(rest.verb, f"{path}?{asked}")
            assert_enveloped(response, path + asked + str(query) + str(variables))

        answers_well()
