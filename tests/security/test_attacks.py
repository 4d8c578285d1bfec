"""Every attack is refused, strict or not, and for a reason that names it."""

from __future__ import annotations

import pytest

from codegen_core.safety import analyse
from codegen_core.safety.rules import RULES
from tests.security.corpus import Snippet, read_snippets

ATTACKS = read_snippets("attacks")


def test_the_corpus_is_large_and_names_real_rules() -> None:
    assert len(ATTACKS) >= 340
    assert len({attack.id for attack in ATTACKS}) == len(ATTACKS)
    assert {rule for attack in ATTACKS for rule in attack.rules} <= set(RULES)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_it_is_refused(attack: Snippet) -> None:
    analysis = analyse(attack.code, strict=False)
    assert analysis.syntax.passed
    assert not analysis.security.passed
    assert attack.rules & {finding.rule for finding in analysis.security.violations}
    assert not analysis.is_valid
