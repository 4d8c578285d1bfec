"""The factor catalogue through gRPC: what ships, what services publish for everybody and for one user."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf import json_format, struct_pb2
from strategybuilder.builder.v1 import factor_pb2 as pb

from codegen_core.factors import Factor, built_in_factors
from tests.integration.services.clients import Client, Refusal, refusal_of

SHIPPED = built_in_factors()
KMID = next(factor for factor in SHIPPED if factor.name == "KMID")
ROC5 = next(factor for factor in SHIPPED if factor.name == "ROC5")


def new_name() -> str:
    return f"factor_{uuid4().hex}"


def definition(name: str, **changes: Any) -> pb.FactorDefinition:
    fields = {"display_name": "Momentum", "category": "MOMENTUM", "expression": "$close/Ref($close, 5)-1"}
    return pb.FactorDefinition(name=name, **(fields | changes))


def as_service(client: Client, method: str, request: Any, acting_for: str | None = None) -> Any:
    token = client.suite.service_token("indicator", acting_for)
    return client.suite.call("builder", method, request, token)


def publish(client: Client, *factors: pb.FactorDefinition, acting_for: str | None = None) -> Any:
    return as_service(client, "PublishFactors", pb.PublishFactorsRequest(factors=factors), acting_for)


def retire(client: Client, *names: str, acting_for: str | None = None) -> Any:
    return as_service(client, "RetireFactors", pb.RetireFactorsRequest(names=names), acting_for)


def refused(client: Client, method: str, request: Any) -> Refusal:
    with pytest.raises(grpc.RpcError) as caught:
        as_service(client, method, request)
    return refusal_of(caught.value)


def listed(client: Client, language: str = "en", **fields: Any) -> Any:
    return client.call("builder", "ListFactors", pb.ListFactorsRequest(**fields), accept_language=language)


def names(found: Any) -> list[str]:
    return [item.name for item in found.items]


def every_page(client: Client, **fields: Any) -> list[Any]:
    total = listed(client, limit=1, **fields).total
    return [item for skip in range(0, total, 100) for item in listed(client, skip=skip, limit=100, **fields).items]


def counts(done: Any) -> tuple[int, int, int]:
    return done.created_count, done.updated_count, done.unchanged_count


@pytest.mark.parametrize(("source", "number"), [("ALPHA158", 158), ("ALPHA360", 360)])
def test_qlibs_factors_are_listed_in_their_order(alice: Client, source: str, number: int) -> None:
    found = every_page(alice, source=source)
    shipped = [factor for factor in SHIPPED if factor.source == source]
    assert len(found) == len(shipped) == number
    assert [(item.name, item.expression) for item in found] == [(one.name, one.expression) for one in shipped]
    assert {item.output_type for item in found} == {"SERIES"}
    assert all(item.display_name and item.description and item.category for item in found)


@pytest.mark.parametrize("source", ["TALIB", "QLIB"])
def test_the_other_sources_are_listed_too(alice: Client, source: str) -> None:
    shipped = [factor for factor in SHIPPED if factor.source == source]
    assert shipped
    assert [item.name for item in every_page(alice, source=source)] == [factor.name for factor in shipped]


def test_what_ships_makes_up_the_catalogue_of_one_who_has_nothing(alice: Client) -> None:
    found = [item for item in every_page(alice) if item.source != "CUSTOM"]
    assert [item.id for item in found] == [factor.id for factor in SHIPPED]


@pytest.mark.parametrize(
    ("search", "wanted"),
    [("kmid", KMID), ("KMID2", None), (KMID.display_name.zh, KMID), (ROC5.description.en.upper(), ROC5)],
)
def test_a_search_reads_names_and_texts_of_every_language(alice: Client, search: str, wanted: Factor | None) -> None:
    found = names(listed(alice, search=search, source="ALPHA158", limit=100))
    assert (wanted is None or wanted.name in found) and found


@pytest.mark.parametrize("search", ["%", "_____", "\\", "K%D", "'; --"])
def test_a_search_is_no_pattern(alice: Client, search: str) -> None:
    found = listed(alice, search=search, source="ALPHA360", limit=100)
    texts = (f"{item.name}{item.display_name}{item.description}" for item in found.items)
    assert all(search in text for text in texts)


def test_filters_are_combined(alice: Client) -> None:
    found = listed(alice, source="ALPHA158", category=ROC5.category, search="roc", limit=100)
    wanted = [one.name for one in SHIPPED if one.source == "ALPHA158" and one.category == ROC5.category]
    assert set(names(found)) <= set(wanted)
    assert "ROC5" in names(found)
    assert listed(alice, source="alpha158").total == listed(alice, category="No such").total == 0


def test_texts_are_in_the_callers_language(alice: Client) -> None:
    english, chinese = (
        listed(alice, language, search="KMID2", source="ALPHA158").items[0] for language in ("en", "zh")
    )
    assert english.id == chinese.id
    assert english.display_name.isascii()
    assert not chinese.display_name.isascii()
    assert english.description != chinese.description


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"skip": -1}, {"skip"}),
        ({"limit": 0}, {"limit"}),
        ({"limit": 101}, {"limit"}),
        ({"search": "x" * 256}, {"search"}),
        ({"search": "a\x00b"}, {"search"}),
    ],
)
def test_a_list_has_bounds(alice: Client, fields: dict[str, Any], wrong: set[str]) -> None:
    found = alice.refused("builder", "ListFactors", pb.ListFactorsRequest(**fields))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", wrong)


def test_a_published_factor_is_everybodys_until_it_is_retired(alice: Client, bob: Client) -> None:
    name = new_name()
    parameters = json_format.ParseDict(
        {"type": "object", "properties": {"days": {"type": "integer", "minimum": 1, "maximum": 250, "default": 5}}},
        struct_pb2.Struct(),
    )
    sent = definition(name, description="五日动量", expression="$close/Ref($close, {days})-1", parameters=parameters)
    done = publish(alice, sent)
    (factor,) = done.factors
    assert counts(done) == (1, 0, 0)
    assert (factor.name, factor.source, factor.output_type) == (name, "CUSTOM", "SERIES")
    assert (factor.expression, factor.parameters, factor.description) == (sent.expression, parameters, "五日动量")
    for reader in (alice, bob):
        assert list(listed(reader, search=name).items) == [factor]
    assert retire(alice, name, "no_such").unknown_names == ["no_such"]
    assert listed(bob, search=name).total == 0


def test_publishing_and_retiring_again_change_nothing(alice: Client) -> None:
    name, other = new_name(), new_name()
    first = publish(alice, definition(name), definition(other))
    again = publish(alice, definition(other), definition(name))
    assert counts(again) == (0, 0, 2)
    assert list(again.factors) == list(reversed(first.factors))
    changed = publish(alice, definition(name, expression="$open"), definition(other))
    assert counts(changed) == (0, 1, 1)
    assert (changed.factors[0].id, changed.factors[0].expression) == (first.factors[0].id, "$open")
    gone = retire(alice, name, name, other)
    assert (gone.retired_count, list(gone.unknown_names)) == (2, [])
    gone = retire(alice, name, name, other)
    assert (gone.retired_count, list(gone.unknown_names)) == (0, [name, other])
    back = publish(alice, definition(name))
    assert (counts(back), back.factors[0].id) == ((1, 0, 0), first.factors[0].id)


def test_a_users_factor_is_the_users_alone_and_goes_before_everybodys(alice: Client, bob: Client) -> None:
    name = new_name()
    publish(alice, definition(name, expression="$open"))
    publish(alice, definition(name, expression="$high"), acting_for=alice.user)

    def seen(client: Client) -> list[str]:
        return [item.expression for item in listed(client, search=name).items]

    capital = Client(alice.suite, alice.user.upper())
    assert (seen(alice), seen(bob), seen(capital)) == (["$high"], ["$open"], ["$open"])
    assert retire(alice, name, acting_for=bob.user).unknown_names == [name]
    assert retire(alice, name).retired_count == 1
    assert (seen(alice), seen(bob)) == (["$high"], [])
    assert retire(alice, name, acting_for=alice.user).retired_count == 1
    assert seen(alice) == []


WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "a name with a blank": ({"name": "a b"}, {"name"}),
    "a name that starts with a digit": ({"name": "1a"}, {"name"}),
    "a long name": ({"name": "a" * 256}, {"name"}),
    "no texts": ({"display_name": "", "category": ""}, {"display_name", "category"}),
    "a small category": ({"category": "trend"}, {"category"}),
    "a long description": ({"description": "x" * 5001}, {"description"}),
    "another output": ({"output_type": "RULE"}, {"output_type"}),
    "no expression": ({"expression": ""}, {"expression"}),
    "a long expression": ({"expression": "$close+" * 600 + "$close"}, {"expression"}),
    "no syntax": ({"expression": "$close +* 2"}, {"expression"}),
    "a look ahead": ({"expression": "Ref($close, -1)/$close"}, {"expression"}),
    "a hidden look ahead": ({"expression": "Delta($close, -2)"}, {"expression"}),
    "an unknown operator": ({"expression": "__import__('os')"}, {"expression"}),
    "another instrument": ({"expression": "ChangeInstrument('SH000300', $close)"}, {"expression"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_each_wrong_field_is_named_and_nothing_is_published(alice: Client, case: str) -> None:
    changes, wrong = WRONG[case]
    good = new_name()
    bad = definition(**({"name": new_name()} | changes))
    request = pb.PublishFactorsRequest(factors=[definition(good), definition(new_name()), bad])
    found = refused(alice, "PublishFactors", request)
    assert (found.status, found.reason) == ("INVALID_ARGUMENT", "VALIDATION_ERROR")
    assert {field.partition(".")[2] for field in found.fields} == wrong
    assert {field.partition(".")[0] for field in found.fields} == {"factors[2]"}
    assert listed(alice, search=good).total == 0


def test_every_wrong_factor_is_named_at_once(alice: Client) -> None:
    name = new_name()
    factors = [definition(name, expression="Ref($close, -1)"), definition(name), definition(new_name(), category="x")]
    found = refused(alice, "PublishFactors", pb.PublishFactorsRequest(factors=factors))
    assert set(found.fields) == {"factors[0].expression", "factors[1].name", "factors[2].category"}


@pytest.mark.parametrize("number", [0, 201])
def test_a_call_takes_1_to_200(alice: Client, number: int) -> None:
    some = [new_name() for _ in range(number)]
    request = pb.PublishFactorsRequest(factors=[definition(name) for name in some])
    found = refused(alice, "PublishFactors", request)
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"factors"})
    found = refused(alice, "RetireFactors", pb.RetireFactorsRequest(names=some))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"names"})


def test_two_hundred_are_published_in_their_order_and_retired(alice: Client) -> None:
    some = [new_name() for _ in range(200)]
    done = publish(alice, *(definition(name) for name in some), acting_for=alice.user)
    assert ([factor.name for factor in done.factors], done.created_count) == (some, 200)
    assert [item.name for item in every_page(alice, source="CUSTOM") if item.name in set(some)] == some
    assert retire(alice, *some, acting_for=alice.user).retired_count == 200


def test_users_neither_publish_nor_retire(alice: Client) -> None:
    for method, request in (
        ("PublishFactors", pb.PublishFactorsRequest(factors=[definition(new_name())])),
        ("RetireFactors", pb.RetireFactorsRequest(names=["KMID"])),
    ):
        assert alice.refused("builder", method, request).status == "PERMISSION_DENIED"
