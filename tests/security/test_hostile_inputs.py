"""Inputs made to hang, exhaust or crash the analysis get an answer. The time limit of the test run bounds each."""

from __future__ import annotations

import pytest

from codegen_core.safety import Verdict, analyse

KIB = 1024
FEATURES = "from qlib.data import D\n"
HOSTILE = {
    "nested brackets": "x = " + "(" * 3000 + ")" * 3000,
    "nested blocks": "".join(" " * i + "if a:\n" for i in range(95)) + " " * 96 + "b\n",
    "unary chain": "x=" + "-" * 250_000 + "1",
    "sum chain": "x=" + "1+" * 100_000 + "1",
    "attribute chain": "x" + ".a" * 100_000,
    "call chain": "f" + "()" * 100_000,
    "comparison chain": "x=" + "a<" * 100_000 + "b",
    "lambda chain": "x=" + "lambda:" * 30_000 + "1",
    "elif chain": "if a:\n b\n" + "elif a:\n b\n" * 19_000,
    "comprehension chain": "x=[1 " + "for a in b " * 20_000 + "]",
    "f-string fields": "x=f'" + "{a}" * 60_000 + "'",
    "many functions": "def f(): pass\n" * 18_000,
    "many statements": "x = 1\n" * 42_000,
    "many findings": "eval(1)\n" * 5_000,
    "many decorators": "@a\n" * 80_000 + "def f(): pass",
    "many hidden characters": "x='" + "\x01" * 200_000 + "'",
    "large text": "x='" + "a" * 200_000 + "'",
    "large number": "x=" + "9" * 200_000,
    "names bound to each other": "".join(f"a{i + 1}=a{i}\n" for i in range(15_000)),
    "a name bound to itself": f"{FEATURES}def f():\n n=1\n"
    + " n=n+n\n" * 3_000
    + " D.features(['a'],[f'Mean($a,{n})'])\n",
    "doubled texts": f"{FEATURES}def f():\n x='$a'\n" + " x=x+x\n" * 30 + " D.features(['a'],[x])\n",
    "product of texts": f"{FEATURES}A=('$a','$b','$c','$d')\ndef f():\n D.features(['a'],[f'"
    + "+".join(f"{{v{i}}}" for i in range(12))
    + "'"
    + "".join(f" for v{i} in A" for i in range(12))
    + "])\n",
    "bases twice over": "class A0: pass\n"
    + "".join(f"class A{i + 1}(A{i}, A{i}): pass\n" for i in range(60))
    + "A60(1)\n",
    "a chain of classes": "".join(f"class A{i}(A{i + 1}): x=1\n" for i in range(9_000)),
    "classes of one name": "class A(A): x=1\n" * 299,
    "classes of many bases": "".join(
        f"class A{i}({','.join(f'A{j}' for j in range(max(0, i - 40), i))}): x=1\n" for i in range(299)
    ),
    "attributes of each other": "class A:\n"
    + "".join(f" def f{i}(self): self.x=self.y; self.y=self.x; self.x.append(self.y)\n" for i in range(1500)),
    "a list that labels frames": f"{FEATURES}def f(df):\n fs=['$close']\n"
    + " df.columns = fs; df.columns.x; D.features([], fs)\n" * 1400,
    "a market handed on to itself": f"{FEATURES}def g(n):\n D.instruments(n)\n" + " g(n)\n" * 3000,
    "negative of negatives": "def f(s):\n n=-1\n" + " n=n*n*n\n" * 200 + " s.shift(n)\n",
    "a long expression": f"{FEATURES}def f():\n D.features(['a'],['" + "$a+" * 60_000 + "$a'])\n",
    "a nested expression": f"{FEATURES}def f():\n D.features(['a'],['" + "Abs(" * 70 + "$a" + ")" * 70 + "'])\n",
}


@pytest.mark.parametrize("code", HOSTILE.values(), ids=HOSTILE.keys())
def test_it_gets_an_answer(code: str) -> None:
    analysis = analyse(code)
    assert analysis.verdict in set(Verdict)
    assert len(analysis.security.violations) <= 500


@pytest.mark.parametrize("name", ["nested brackets", "unary chain", "many statements", "f-string fields", "elif chain"])
def test_what_is_not_taken_on_says_so(name: str) -> None:
    analysis = analyse(HOSTILE[name])
    assert analysis.not_analysed
    assert not analysis.is_valid


def test_the_size_limit_counts_bytes() -> None:
    assert analyse("# " + "a" * (256 * KIB - 3) + "\n").not_analysed is None
    assert analyse("# " + "线" * (100 * KIB) + "\n").not_analysed == "The code is longer than 256 KiB."
