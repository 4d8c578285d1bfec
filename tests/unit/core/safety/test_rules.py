"""Each rule is provoked by one snippet, and by that rule alone; its near miss passes. The document lists them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codegen_core.safety import analyse
from codegen_core.safety.rules import RULES
from tests.security.corpus import read_file

EXAMPLES = read_file(Path(__file__).with_name("rule_examples.txt"))
PROVOKING = {example.title: example.code for example in EXAMPLES if " " not in example.title}
PASSING = {example.title.split()[0]: example.code for example in EXAMPLES if example.title.endswith(" passes")}
WITHOUT_EXAMPLE = {"SOURCE_LIMIT"}
DOCUMENT = Path(__file__).parents[4] / "docs" / "validation-rules.md"


def rules_of(code: str) -> set[str]:
    analysis = analyse(code)
    assert analysis.syntax.passed
    checks = (analysis.security.violations, analysis.look_ahead.findings, analysis.complexity.findings)
    return {finding.rule for findings in checks for finding in findings}


def test_every_rule_has_both_examples() -> None:
    assert set(PROVOKING) == set(PASSING) == set(RULES) - WITHOUT_EXAMPLE


@pytest.mark.parametrize("rule", PROVOKING)
def test_it_is_provoked_alone(rule: str) -> None:
    assert rules_of(PROVOKING[rule]) == {rule}


@pytest.mark.parametrize("rule", PASSING)
def test_its_near_miss_passes(rule: str) -> None:
    assert rules_of(PASSING[rule]) == set()


def test_what_is_too_large_is_reported_as_such() -> None:
    analysis = analyse("x = " + "(" * 200 + ")" * 200)
    assert [finding.rule for finding in analysis.security.violations] == ["SOURCE_LIMIT"]


def test_the_document_lists_every_rule_as_it_is() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\w+) \| (.+) \| (.+) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    expected = [(r.id, r.severity.value, r.title, r.suggestion.replace("|", r"\|")) for r in RULES.values()]
    assert rows == expected
