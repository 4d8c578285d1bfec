"""Each problem code is provoked by a flow that has exactly that problem, and is in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codegen_core.checks.codes import Code
from codegen_core.problems import Layer, Severity
from tests.unit.core.checks.cases import CASES, Case
from tests.unit.core.drawing import check, only

DOCUMENT = Path(__file__).parents[4] / "docs" / "problem-codes.md"
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (.*) \| (.*) \|$", re.MULTILINE)
SECTION = re.compile(r"^## (\w+)\n", re.MULTILINE)


def test_every_code_has_a_case() -> None:
    assert set(CASES) == set(Code.__members__)


def test_no_two_codes_share_their_facts() -> None:
    assert len(Code) == len(Code.__members__)


@pytest.mark.parametrize(("code", "case"), CASES.items(), ids=CASES)
def test_exactly_this_problem(code: str, case: Case) -> None:
    problem = only(check(case.drawn, case.parameters, extra=case.extra))
    facts = Code[code].value
    assert (problem.code, problem.layer, problem.severity) == (code, facts.layer, facts.severity)
    assert (problem.node_id, problem.edge_id, problem.field) == (case.node_id, case.edge_id, case.field)
    assert (problem.expected, problem.received) == (case.expected, case.received)
    assert "{" not in problem.message
    assert "None" not in problem.message


@pytest.mark.parametrize(("code", "case"), CASES.items(), ids=CASES)
def test_the_same_in_chinese(code: str, case: Case) -> None:
    english = only(check(case.drawn, case.parameters, extra=case.extra))
    chinese = only(check(case.drawn, case.parameters, language="zh", extra=case.extra))
    assert (chinese.code, chinese.field) == (code, english.field)
    assert re.search("[\u4e00-\u9fff]", chinese.message)
    assert not re.search("[\u4e00-\u9fff]", english.message)


@pytest.mark.parametrize(("code", "case"), CASES.items(), ids=CASES)
def test_only_errors_block(code: str, case: Case) -> None:
    report = check(case.drawn, case.parameters, extra=case.extra)
    is_warning = Code[code].value.severity is Severity.WARNING
    assert report.is_valid is is_warning
    assert (report.resolved is not None) is is_warning
    assert (report.warmup_bars is not None) is is_warning


def _rows(layer: Layer) -> list[tuple[str, ...]]:
    parts = SECTION.split(DOCUMENT.read_text(encoding="utf-8"))
    return ROW.findall(parts[parts.index(layer.value) + 1])


@pytest.mark.parametrize("layer", Layer)
def test_the_documentation_lists_exactly_these(layer: Layer) -> None:
    told = [
        (code.name, code.value.severity.value, code.value.text.en, code.value.text.zh)
        for code in Code
        if code.value.layer is layer
    ]
    assert _rows(layer) == told
