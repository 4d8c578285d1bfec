"""Every attack is refused, strict or not, and for a reason that names it."""

from __future__ import annotations

import pytest

from codegen_core.safety import analyse
from codegen_core.safety.rules import RULES
from tests.security.corpus import Snippet, read_snippets

ATTACKS = read_snippets("attacks")


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
