"""Code generated at the same moment: every row once, usage counts exact, the last acknowledged one is current."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.json_format import ParseDict
from strategybuilder.builder.v1.node_template_pb2 import ListNodeTemplatesRequest
from strategybuilder.builder.v1.strategy_pb2 import CreateStrategyRequest, GetStrategyRequest
from strategybuilder.codegen.v1.codegen_service_pb2 import GenerateCodeRequest, ListCodeHistoryRequest
from strategybuilder.common.v1.logic_flow_pb2 import LogicFlow

from codegen_core.strategies import load
from tests.integration.concurrency.twins import Crowd, finished, refusals

DRAWING = ParseDict(load("double_moving_average"), LogicFlow())
FAST_AVERAGE = DRAWING.nodes[0].id
TEMPLATES = Counter({node.template_id: 1 for node in DRAWING.nodes})


async def strategies(alice: Crowd, count: int) -> list[str]:
    """Makes strategies and returns their ids."""
    made = [await alice.call("builder", "CreateStrategy", CreateStrategyRequest(name="mine")) for _ in range(count)]
    return [answer.strategy.id for answer in made]


def generation(instance_id: str, window: int) -> GenerateCodeRequest:
    """Returns a request whose code differs by the window."""
    request = GenerateCodeRequest(instance_id=instance_id, logic_flow=DRAWING)
    request.parameters.update({FAST_AVERAGE: {"window": window}})
    return request


async def usage(alice: Crowd) -> Counter[str]:
    """Reads how often each template was used."""
    requests = (ListNodeTemplatesRequest(skip=skip, limit=100) for skip in (0, 100, 200))
    pages = await alice.at_once("builder", "ListNodeTemplates", requests)
    assert pages[0].total <= 300
    return Counter({item.id: item.usage_count for page in pages for item in page.items})


async def current(alice: Crowd, instance_id: str) -> str:
    """Reads which generation a quick test would run."""
    answer = await alice.call("builder", "GetStrategy", GetStrategyRequest(instance_id=instance_id))
    return str(answer.strategy.current_generation_id)


async def history(alice: Crowd, instance_id: str) -> int:
    """Reads how many generations a strategy has."""
    request = ListCodeHistoryRequest(instance_id=instance_id)
    return int((await alice.call("codegen", "ListCodeHistory", request)).total)


def of(answers: Sequence[Any]) -> set[str]:
    """Returns the generations that were answered."""
    return {answer.generation_id for answer in answers}


async def test_several_flows_on_several_strategies(alice: Crowd) -> None:
    ids, windows = await strategies(alice, 3), (3, 4, 5)
    before = await usage(alice)
    requests = [generation(instance_id, window) for instance_id in ids for window in windows for _ in range(3)]
    answers = await alice.at_once("codegen", "GenerateCode", requests)
    assert refusals(answers) == []
    assert len(of(answers)) == len(ids) * len(windows)
    assert sum(not answer.is_duplicate for answer in answers) == len(ids) * len(windows)
    assert await usage(alice) - before == Counter({key: len(ids) * len(windows) for key in TEMPLATES})
    for instance_id in ids:
        assert await history(alice, instance_id) == len(windows)
        mine = [a for a, request in zip(answers, requests, strict=True) if request.instance_id == instance_id]
        assert await current(alice, instance_id) in of(mine)


async def test_one_flow_on_one_strategy_is_one_row_and_one_use(alice: Crowd) -> None:
    (instance_id,) = await strategies(alice, 1)
    before = await usage(alice)
    answers = await alice.at_once("codegen", "GenerateCode", [generation(instance_id, 6)] * 20)
    assert refusals(answers) == []
    assert len(of(answers)) == 1
    assert [answer.is_duplicate for answer in answers].count(False) == 1
    assert len({answer.generated_code for answer in answers}) == 1
    assert await usage(alice) - before == TEMPLATES
    assert await history(alice, instance_id) == 1


@dataclass(frozen=True)
class Made:
    """A generation and when it was asked for and acknowledged."""

    generation_id: str
    asked: float
    acknowledged: float


async def test_the_last_acknowledged_generation_is_current(alice: Crowd) -> None:
    """The current one was not acknowledged before another was even asked for: then that other would be the last."""
    (instance_id,) = await strategies(alice, 1)
    made: list[Made] = []

    async def generate(window: int) -> None:
        asked = time.monotonic()
        answer = await alice.call("codegen", "GenerateCode", generation(instance_id, window))
        assert not refusals([answer]), answer
        made.append(Made(answer.generation_id, asked, time.monotonic()))

    async def one_screen(windows: Sequence[int]) -> None:
        for window in windows:
            await generate(window)

    await finished(*(one_screen([2 + (screen + turn) % 5 for turn in range(5)]) for screen in range(4)))
    now_current = await current(alice, instance_id)
    latest = max(one.acknowledged for one in made if one.generation_id == now_current)
    assert latest >= max(one.asked for one in made)
    await generate(2)
    assert await current(alice, instance_id) == made[-1].generation_id
    await generate(3)
    assert await current(alice, instance_id) == made[-1].generation_id
    await generate(2)
    assert await current(alice, instance_id) == made[-1].generation_id == made[-3].generation_id
