"""Attacks in other dress stay refused: inside functions, classes, branches and honest modules, renamed, aliased."""

from __future__ import annotations

import ast
import random
import textwrap
from collections.abc import Callable

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from codegen_core.safety import analyse
from tests.security.corpus import read_snippets
from tests.security.disguises import DISGUISES, Disguise, can_run

Mutation = Callable[[str], str]


def _plain_python(code: str) -> bool:
    """Whether wrapping keeps the meaning: no texts over several lines, no star imports, no coding lines."""
    return code.isascii() and code.isprintable() | ("\n" in code) and "import *" not in code and "coding" not in code


ATTACKS = [
    attack.code
    for attack in read_snippets("attacks")
    if _plain_python(attack.code)
    and attack.file != "text"
    and "at import" not in attack.title
    and not attack.rules & {"IMPORT_TIME_WORK", "BUILTIN_REBOUND"}
]
HONEST = [module.code for module in read_snippets("benign") if "from __future__" not in module.code]


def in_a_function(code: str) -> str:
    return "def outer():\n" + textwrap.indent(code, "    ")


def in_a_branch(code: str) -> str:
    return "if True:\n" + textwrap.indent(code, "    ")


def in_a_try(code: str) -> str:
    return "try:\n" + textwrap.indent(code, "    ") + "except ValueError:\n    pass\n"


def in_a_guard(code: str) -> str:
    return 'if __name__ == "__main__":\n' + textwrap.indent(code, "    ")


def unparsed(code: str) -> str:
    return ast.unparse(ast.parse(code)) + "\n"


def with_blank_lines(code: str) -> str:
    return "\n\n# " + "note\n" + code + "\n\n"


def with_windows_lines(code: str) -> str:
    return code.replace("\n", "\r\n")


def twice(code: str) -> str:
    return code + "\n" + code


MUTATIONS: list[Mutation] = [in_a_function, in_a_branch, in_a_try, in_a_guard, unparsed, with_blank_lines, twice]


@given(attack=st.sampled_from(ATTACKS), mutations=st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_an_attack_in_other_dress_is_refused(attack: str, mutations: list[Mutation]) -> None:
    for mutation in mutations:
        attack = mutation(attack)
    assert not analyse(attack, strict=False).is_valid


@given(attack=st.sampled_from(ATTACKS), honest=st.sampled_from(HONEST), first=st.booleans())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_an_attack_among_honest_code_is_refused(attack: str, honest: str, first: bool) -> None:
    code = f"{attack}\n{honest}" if first else f"{honest}\n{attack}"
    assert not analyse(code, strict=False).is_valid


HARMLESS_ELSEWHERE = {
    "imports-module-bound-again",
    "attributes-patch-of-a-library-function",
    "second_thoughts-global-in-function-patched-name",
}
"""A name of the function's own in a function; an attribute that a function's kind may not have."""

TAKEN_APART = [
    attack.code
    for attack in read_snippets("attacks")
    if attack.code in ATTACKS and attack.id not in HARMLESS_ELSEWHERE and "calendar" not in attack.title
]


@given(
    attack=st.sampled_from(TAKEN_APART),
    disguises=st.lists(st.sampled_from(DISGUISES), min_size=1, max_size=3),
    dress=st.sampled_from([*MUTATIONS, unparsed]),
    source=st.randoms(use_true_random=False),
)
@settings(max_examples=400, deadline=None, derandomize=True)
def test_an_attack_whose_parts_go_by_other_ways_is_refused(
    attack: str, disguises: list[Disguise], dress: Mutation, source: random.Random
) -> None:
    """All but writes to the calendar: an array that is handed on isn't followed to where it is changed."""
    for disguise in disguises:
        attack = disguise(attack, source)
    attack = dress(attack)
    assume(can_run(attack))
    assert not analyse(attack, strict=False).is_valid


@given(attack=st.sampled_from(ATTACKS))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_line_ends_change_nothing(attack: str) -> None:
    assert not analyse(with_windows_lines(attack), strict=False).is_valid


@given(code=st.text(max_size=200))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_text_gets_an_answer(code: str) -> None:
    analysis = analyse(code)
    assert analysis.is_valid in (True, False)


@given(code=st.text(alphabet=st.sampled_from("abe_.()[]{}:='\"\n +*,@\\#1"), max_size=120))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_python_like_text_gets_an_answer(code: str) -> None:
    analysis = analyse(code)
    assert analysis.is_valid in (True, False)
