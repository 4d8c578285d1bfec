"""The catalogue of factors, written by several services at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest_asyncio
from strategybuilder.builder.v1.factor_pb2 import (
    FactorDefinition,
    ListFactorsRequest,
    PublishFactorsRequest,
    RetireFactorsRequest,
)

from tests.integration.concurrency.twins import Crowd, crowd, refusals
from tests.support.suite import Suite

RIVALS = 30
FACTORS = 40


@pytest_asyncio.fixture
async def indicator(twins: Suite) -> AsyncIterator[Crowd]:
    """The Indicator module, which acts for nobody."""
    async with crowd(twins, "indicator", twins.service_token("indicator")) as opened:
        yield opened


def batch(prefix: str, number: int) -> PublishFactorsRequest:
    """Returns the same factors in another order and with another meaning each time."""
    names = [f"{prefix}_{factor}" for factor in range(FACTORS)]
    turned = names[number % FACTORS :] + names[: number % FACTORS]
    ordered = list(reversed(turned)) if number % 2 else turned
    factors = [
        FactorDefinition(name=name, display_name="F", category="TREND", expression=f"Ref($close,{number + 1})")
        for name in ordered
    ]
    return PublishFactorsRequest(factors=factors)


async def published(reader: Crowd, prefix: str) -> list[Any]:
    """Returns what is in the catalogue."""
    answer = await reader.call("builder", "ListFactors", ListFactorsRequest(search=prefix, limit=100))
    return list(answer.items)


async def test_publications_of_the_same_factors_all_win_in_turn(indicator: Crowd, alice: Crowd) -> None:
    prefix = f"f{uuid4().hex}"
    batches = [batch(prefix, number) for number in range(RIVALS)]
    answers = await indicator.at_once("builder", "PublishFactors", batches)
    assert refusals(answers) == []
    assert sum(answer.created_count for answer in answers) == FACTORS
    for sent, answer in zip(batches, answers, strict=True):
        assert answer.created_count + answer.updated_count + answer.unchanged_count == FACTORS
        told = [(factor.name, factor.expression) for factor in answer.factors]
        assert told == [(factor.name, factor.expression) for factor in sent.factors]
    found = await published(alice, prefix)
    assert len(found) == FACTORS
    assert len({factor.expression for factor in found}) == 1, "one publication stands whole"


async def test_publications_and_retirements_leave_all_or_none(indicator: Crowd, alice: Crowd) -> None:
    prefix = f"f{uuid4().hex}"
    names = [f"{prefix}_{factor}" for factor in range(FACTORS)]
    made, gone = await asyncio.gather(
        indicator.at_once("builder", "PublishFactors", (batch(prefix, number) for number in range(RIVALS))),
        indicator.at_once("builder", "RetireFactors", [RetireFactorsRequest(names=names)] * RIVALS),
    )
    assert refusals(made) == refusals(gone) == []
    assert {answer.retired_count for answer in gone} <= {0, FACTORS}
    joined = sum(answer.created_count for answer in made)
    left = sum(answer.retired_count for answer in gone)
    assert len(await published(alice, prefix)) == joined - left
    assert joined - left in (0, FACTORS)
