"""Every factor of Qlib's Alpha158 and Alpha360 parses, and the grammar's operators are Qlib's."""

from __future__ import annotations

import inspect

import pytest
from qlib.contrib.data.loader import Alpha158DL, Alpha360DL
from qlib.data import ops

from codegen_core.safety import Expression, parse_expression
from codegen_core.safety.operators import OPERATORS, REFUSED_OPERATORS

FACTORS = [*Alpha158DL.get_feature_config()[0], *Alpha360DL.get_feature_config()[0]]


@pytest.mark.parametrize("loader", [Alpha158DL, Alpha360DL])
def test_the_catalogue_parses(loader: type[Alpha158DL]) -> None:
    factors = loader.get_feature_config()[0]
    assert len(factors) >= 158
    for factor in factors:
        assert isinstance(parse_expression(factor), Expression), factor


def test_operators_have_qlibs_arity() -> None:
    for name, operator in OPERATORS.items():
        parameters = list(inspect.signature(getattr(ops, name)).parameters)
        assert len(parameters) == len(operator.slots), name


def test_every_operator_of_qlib_is_known_or_refused_with_a_reason() -> None:
    assert {kind.__name__ for kind in ops.OpsList} <= OPERATORS.keys() | REFUSED_OPERATORS.keys()
