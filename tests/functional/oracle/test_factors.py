"""The interpreter's factors are those of Qlib's own sets, formula by formula."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

from tests.oracle.factors import ALPHA158, ALPHA360, alpha158, alpha360
from tests.oracle.qlib_syntax import parsed

_ASK = """
import json
from qlib.contrib.data.loader import Alpha158DL, Alpha360DL
print(json.dumps([loader.get_feature_config() for loader in (Alpha158DL, Alpha360DL)]))
"""


def test_names_and_formulas_are_qlib_s() -> None:
    """Every factor of both sets, spaces and superfluous parentheses aside."""
    done = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, timeout=60, check=True)
    answers = json.loads(done.stdout.splitlines()[-1])
    for (formulas, names), ours, formula in zip(answers, (ALPHA158, ALPHA360), (alpha158, alpha360), strict=True):
        assert sorted(names) == sorted(ours)
        for name, text in zip(names, formulas, strict=True):
            assert ast.dump(parsed(formula(name))) == ast.dump(parsed(text)), name
