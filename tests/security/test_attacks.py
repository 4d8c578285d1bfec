"""Every attack is refused, strict or not, and for a reason that names it."""

from __future__ import annotations

import pytest

from codegen_core.safety import analyse
from codegen_core.safety.rules import RULES
from tests.security.corpus import HERE, Snippet, read_file, read_snippets

ATTACKS = read_snippets("attacks")
ONE_LINERS = [
    pytest.param(line, id=f"{group.title}: {line}"[:100])
    for group in read_file(HERE / "one_liners.txt")
    for line in group.code.strip().splitlines()
]
AT_HAND = """
import collections, dataclasses, datetime, enum, functools, itertools, logging, math, operator, random
import statistics, typing, warnings
import numpy as np
import pandas as pd
import qlib
import scipy
import talib
from qlib.backtest.decision import Order
from qlib.data import D


def f(x, y):
    return """


def test_the_corpus_is_large_and_names_real_rules() -> None:
    assert len(ATTACKS) >= 600
    assert len({attack.id for attack in ATTACKS}) == len(ATTACKS)
    assert {rule for attack in ATTACKS for rule in attack.rules} <= set(RULES)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_it_is_refused(attack: Snippet) -> None:
    analysis = analyse(attack.code, strict=False)
    assert analysis.syntax.passed
    assert not analysis.security.passed
    assert attack.rules & {finding.rule for finding in analysis.security.violations}
    assert not analysis.is_valid


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_every_finding_helps(attack: Snippet) -> None:
    lines = attack.code.replace("\r\n", "\n").split("\n")
    for finding in analyse(attack.code).security.violations:
        rule = RULES[finding.rule]
        assert (finding.severity, finding.suggestion) == (rule.severity, rule.suggestion)
        assert finding.source == lines[finding.line - 1][:200].rstrip("\r")
        assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1
        assert finding.message.endswith(".")


@pytest.mark.parametrize("line", ONE_LINERS)
def test_a_line_is_refused(line: str) -> None:
    analysis = analyse(f"{AT_HAND}{line}\n", strict=False)
    assert analysis.syntax.passed
    assert not analysis.is_valid


def test_what_the_lines_have_at_hand_is_harmless() -> None:
    assert analyse(f"{AT_HAND}(x, y, D.calendar(), Order.BUY, np.abs(x))\n").is_valid
