"""Honest code passes, strict mode included."""

from __future__ import annotations

import pytest

from codegen_core.safety import Verdict, analyse
from tests.security.corpus import Snippet, read_snippets

BENIGN = read_snippets("benign")


def test_the_corpus_is_large() -> None:
    assert len(BENIGN) >= 70


@pytest.mark.parametrize("module", BENIGN, ids=lambda module: module.id)
def test_it_passes(module: Snippet) -> None:
    analysis = analyse(module.code)
    assert analysis.syntax.errors == ()
    assert [f"{f.line}: {f.rule}: {f.message}" for f in analysis.security.violations] == []
    assert [f"{f.line}: {f.rule}" for f in (*analysis.look_ahead.findings, *analysis.complexity.findings)] == []
    assert analysis.verdict is Verdict.VALID
