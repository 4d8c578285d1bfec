"""How deeply brackets are nested is asked of the code, not of what its comments and strings say."""

from __future__ import annotations

from typing import Any

import pytest

from codegen_core.nodes.registry import by_name
from codegen_core.render import generate
from codegen_core.safety import Limits, analyse
from codegen_core.safety.text import over_limit
from codegen_core.strategies import load
from tests.golden.flows import resolved

LIMITS = Limits(nesting=3)


@pytest.mark.parametrize(
    "text",
    [
        "x = (1)  # ((((",
        's = "((((" + f(")")',
        "s = '''((\n(((\n'''",
        'rb"(((((" + (1)',
        'x["((((\\"((" ]',
        '"""it\'s (((( \\""" (((("""',
        "x = 'a\\\n((((' + (1)",
        'f"{((a))}" + f" ((" + "(((("',
    ],
)
def test_brackets_that_open_nothing_do_not_count(text: str) -> None:
    assert over_limit(text, LIMITS) is None


@pytest.mark.parametrize(
    "text",
    [
        "((((1))))",
        "# it's\n((((1))))",
        '"" + ((((1))))',
        "f'{(((a)))}'",
        "(f'{((a))}' + f' (' , (((",
        "it's\n((((",
        'x = "a\n((((',
    ],
)
def test_brackets_of_the_code_count(text: str) -> None:
    assert over_limit(text, LIMITS) == "Brackets are nested more than 3 deep."


@pytest.mark.parametrize("text", ['"\\' * 100_000, "'''\\" * 60_000, '"""a' * 60_000, "f'" * 100_000, '"\n' * 100_000])
def test_no_text_of_quotes_takes_long(text: str) -> None:
    over_limit("(" * 81 + text, Limits())


def test_labels_full_of_brackets_leave_generated_code_valid() -> None:
    drawn: Any = load("trend_trailing_stop")
    for number in range(60):
        values = {"parameters": {"operator": ">", "value": number}}
        node_id = f"({number}"
        kind = {"type": "CONDITION", "template_id": by_name("compare").id}
        drawn["nodes"].append({"id": node_id, "label": "x [{((", "data": values} | kind)
        drawn["edges"].append({"id": f"in{number}", "source": "fast_ema", "target": node_id, "target_handle": "left"})
        drawn["edges"].append({"id": f"out{number}", "source": node_id, "target": "all_agree"})
    analysis = analyse(generate(resolved(drawn)).code)
    assert analysis.not_analysed is None
    assert analysis.is_valid
