"""The verdict, the places of findings, and what may stand around a module."""

from __future__ import annotations

import ast

import pytest

from codegen_core.nodes.registry import system_templates_by_id
from codegen_core.render.generate import generate
from codegen_core.resolve import check_flow
from codegen_core.safety import Verdict, analyse
from codegen_core.safety.scopes import build_tree
from codegen_core.standalone import main_block
from codegen_core.strategies import ready_strategies
from tests.security.corpus import Snippet, read_snippets


def places(code: str) -> list[tuple[str, int, int]]:
    return [(f.rule, f.line, f.column) for f in analyse(code).security.violations]


def test_columns_count_characters_and_attributes_are_shown_by_their_name() -> None:
    assert places('x = "线线"; y = eval\n') == [("FORBIDDEN_NAME", 1, 15)]
    assert places("def f(df):\n    return (df\n        .to_csv('x'))\n") == [("FORBIDDEN_ATTRIBUTE", 3, 10)]


def test_all_findings_come_at_once_in_order_with_their_line() -> None:
    code = "import os\nimport sys\n\n\ndef f(x):\n    return eval(x), x.__class__\n"
    analysis = analyse(code)
    assert [f.rule for f in analysis.security.violations] == [
        "FORBIDDEN_IMPORT",
        "FORBIDDEN_IMPORT",
        "FORBIDDEN_NAME",
        "DUNDER_ATTRIBUTE",
    ]
    assert analysis.security.violations[-1].source == "    return eval(x), x.__class__"
    assert analysis.imports.forbidden == ("os", "sys")


def test_windows_line_ends_keep_lines_and_sources() -> None:
    found = analyse("x = 1\r\ny = eval\r\n").security.violations
    assert [(f.line, f.column, f.source) for f in found] == [(2, 5, "y = eval")]


@pytest.mark.parametrize(
    "code",
    [
        "def f(:\n",
        "return 1\n",
        "x = = 1\n",
        "def f(a, a):\n    pass\n",
        "nonlocal x\n",
        "break\n",
        "x = '\n",
        "\tx\n y\n",
    ],
)
def test_what_python_refuses_is_a_syntax_error(code: str) -> None:
    analysis = analyse(code)
    assert analysis.verdict is Verdict.SYNTAX_ERROR
    assert analysis.syntax.errors[0].line >= 1
    assert not (analysis.security.passed or analysis.imports.passed or analysis.complexity.passed)


def test_strictness_concerns_style_alone() -> None:
    assert analyse("def f(s):\n    return s.shift(-1)\n").verdict is Verdict.SECURITY_ERROR
    assert analyse("def f(s):\n    return s.shift(-1)\n", strict=False).verdict is Verdict.VALID
    assert analyse("eval(1)\n", strict=False).verdict is Verdict.SECURITY_ERROR


def test_the_constant_block_passes_at_the_end() -> None:
    assert analyse(f"x = 1\n\n\n{main_block()}\n").is_valid
    assert analyse(f"x = 1\n\n\n{main_block()}\n\n# a comment\n#\n\n").is_valid


@pytest.mark.parametrize(
    "code",
    [
        main_block().replace("import json", "import os", 1),
        f"{main_block()}\n\nx = 1",
        f"{main_block()}\n{main_block()}",
        "if True:\n" + main_block().partition("\n")[2],
        f"def f():\n{main_block().replace('if __name__', '    if __name__', 1)}",
        main_block() + "\nelse:\n    import os",
    ],
    ids=["changed", "not at the end", "twice", "another condition", "in a function", "with an else"],
)
def test_any_other_block_is_checked(code: str) -> None:
    assert not analyse(f"y = 1\n\n\n{code}\n").is_valid


def test_the_block_formatted_otherwise_passes_too() -> None:
    spread = main_block().replace("\n    import json\n", "\n\n    import json  # used below\n", 1)
    assert spread != main_block()
    assert analyse(f"x = 1\n{spread}\n").is_valid


@pytest.mark.parametrize("strategy", ready_strategies(), ids=lambda strategy: strategy.name)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_generated_modules_pass(strategy, language: str) -> None:  # type: ignore[no-untyped-def]
    report = check_flow(strategy.logic_flow, getattr(strategy, "parameters", None), system_templates_by_id())
    assert report.resolved is not None
    analysis = analyse(generate(report.resolved, language).code)
    assert analysis.security.violations == ()
    assert analysis.look_ahead.findings == ()
    assert analysis.verdict is Verdict.VALID


@pytest.mark.parametrize(
    "snippet", [*read_snippets("benign"), *read_snippets("attacks")], ids=lambda snippet: snippet.id
)
def test_no_part_of_the_syntax_tree_is_overlooked(snippet: Snippet) -> None:
    module = ast.parse(snippet.code)
    said_by_parents = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.arguments, ast.Module)
    written = {node for node in ast.walk(module) if not isinstance(node, said_by_parents)}
    assert set(build_tree(module).nodes) == written


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("from pandas import concatt\n", "near it: concat"),
        ("import numpy as np\ndef f(x):\n    return np.nanmeam(x)\n", "near it: nanmean"),
        ("def f(cfg):\n    return cfg.market\n", "isn't on the list"),
        (
            "class C:\n    def __init__(self, m):\n        self.market = m\ndef f(c):\n    return c.market\n",
            "own_market",
        ),
        (
            "from qlib.data import D\ndef f(n):\n    return D.features(['SH600000'], [f'Ref($close, {n})'])\n",
            "write {n:d}, or n = int(n)",
        ),
    ],
)
def test_a_message_says_what_to_write(code: str, told: str) -> None:
    assert told in analyse(code).security.violations[0].message
