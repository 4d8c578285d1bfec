"""What reads the future is found, however it is written; what comes near it is left alone."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from codegen_core.safety import analyse
from codegen_core.safety.rules import RULES, Check
from tests.security.corpus import read_file

_IMPORTS = (
    "import numpy as np\nimport pandas as pd\nfrom scipy import ndimage, signal, stats\nfrom qlib.data import D\n"
    "CODES = ['SH600000']\n\n\n"
)


def found(body: str) -> set[str]:
    code = _IMPORTS + "def f(df, s, x, n=5):\n" + textwrap.indent(body, "    ") + "\n"
    analysis = analyse(code, strict=False)
    assert analysis.security.violations == ()
    assert all(finding.line > 7 and finding.source for finding in analysis.look_ahead.findings)
    return {finding.rule for finding in analysis.look_ahead.findings}


EXAMPLES = {
    example.title: example.code.strip().splitlines()
    for example in read_file(Path(__file__).with_name("look_ahead_examples.txt"))
}
HARMLESS = EXAMPLES.pop("HARMLESS")


def _statements(body: str) -> str:
    *first, last = body.split("; ")
    if last.startswith(("return ", "for ")):
        return "\n".join([*first, last])
    return "\n".join([*first, f"return {last}"]) if not body.startswith("for ") else body


@pytest.mark.parametrize(("rule", "body"), [(rule, body) for rule, bodies in EXAMPLES.items() for body in bodies])
def test_it_is_found(rule: str, body: str) -> None:
    assert found(_statements(body)) >= {rule}


def test_every_rule_has_examples() -> None:
    assert EXAMPLES.keys() == {rule.id for rule in RULES.values() if rule.check is Check.LOOK_AHEAD}


@pytest.mark.parametrize("body", HARMLESS)
def test_it_is_left_alone(body: str) -> None:
    assert found(_statements(body)) == set()
