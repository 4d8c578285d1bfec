"""The generated code's panels against Qlib's features, TA-Lib on each instrument's bars, and plain loops."""

from __future__ import annotations

import pytest

from codegen_core.nodes.declaration import NodeType
from codegen_core.nodes.registry import system_templates
from tests.functional.indicators.bars import Bars, assert_equal
from tests.functional.indicators.cases import CONDITIONS, EXPRESSIONS, OWN_BARS, Computed, Decided, Expressed

TESTED_ELSEWHERE = {"compare", "crosses_above", "crosses_below", "all_of", "any_of", "negate"} | {
    template.name for template in system_templates() if template.specialising
}


def test_every_indicator_and_condition_has_a_case() -> None:
    kinds = {NodeType.INDICATOR, NodeType.CONDITION}
    named = [each for each in system_templates() if each.node_type in kinds and each.specialising is None]
    declared = {template.name for template in named}
    assert {case.template for case in (*EXPRESSIONS, *OWN_BARS, *CONDITIONS)} == declared - TESTED_ELSEWHERE


@pytest.mark.parametrize("case", EXPRESSIONS, ids=lambda case: case.node_id)
def test_expressions_are_what_qlib_returns(case: Expressed, panels: Bars) -> None:
    assert_equal(panels[case.node_id], panels[case.expression])


@pytest.mark.parametrize("case", OWN_BARS, ids=lambda case: case.node_id)
def test_functions_over_own_bars(case: Computed, panels: Bars) -> None:
    inputs = [panels[name] if name in panels.tables else panels.field(name) for name in case.inputs]
    wanted = panels.by_instrument(case.function, *inputs)
    assert len(wanted) == len(case.outputs)
    for variable, panel in zip(case.outputs, wanted, strict=True):
        if case.node_id == "x_by_zero":
            assert panels[variable].isna().all(axis=None)
        else:
            assert_equal(panels[variable], panel)


@pytest.mark.parametrize("case", CONDITIONS, ids=lambda case: case.node_id)
def test_conditions_are_true_false_or_unknown(case: Decided, panels: Bars) -> None:
    assert_equal(panels[case.node_id], case.decide(panels))
    assert {0.0, 1.0} <= set(panels[case.node_id].to_numpy().ravel())
    assert panels[case.node_id].isna().any(axis=None)
