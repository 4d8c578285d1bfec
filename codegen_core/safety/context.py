"""What the checks share: the tree, the source, the findings so far."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codegen_core.safety.findings import Finding
from codegen_core.safety.rules import RULES
from codegen_core.safety.tree import ModuleTree

SHOWN_SOURCE = 200
"""Characters of a source line that a finding shows."""


class Source:
    """The text by lines, and the column in characters of a place that ``ast`` gives in bytes."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")

    def line(self, number: int) -> str:
        """Returns line ``number`` (from 1) without its end, shortened; empty where there is none."""
        return self._lines[number - 1].rstrip("\r")[:SHOWN_SOURCE] if 0 < number <= len(self._lines) else ""

    def column(self, number: int, byte_offset: int) -> int:
        """Returns the column from 1, in characters."""
        if not 0 < number <= len(self._lines):
            return 1
        line = self._lines[number - 1]
        if line.isascii():
            return byte_offset + 1
        return len(line.encode()[:byte_offset].decode(errors="ignore")) + 1


@dataclass(slots=True)
class Context:
    """One analysis under way."""

    tree: ModuleTree
    source: Source
    findings: list[Finding] = field(default_factory=list)
    allowed_imports: set[str] = field(default_factory=set)
    forbidden_imports: set[str] = field(default_factory=set)
    _seen: set[tuple[str, int, int]] = field(default_factory=set)

    def report(self, rule_id: str, node: ast.AST, message: str) -> None:
        """Adds a finding at ``node``, once a rule and place."""
        line, offset = _position(node)
        if (rule_id, line, offset) not in self._seen:
            self._seen.add((rule_id, line, offset))
            self.findings.append(finding(rule_id, self.source, line, self.source.column(line, offset), message))


def _position(node: ast.AST) -> tuple[int, int]:
    """Line from 1 and bytes before the place; of an attribute, where its name begins."""
    if isinstance(node, ast.Attribute) and node.end_lineno and node.end_col_offset is not None:
        return node.end_lineno, max(node.end_col_offset - len(node.attr.encode()), 0)
    return getattr(node, "lineno", 1), getattr(node, "col_offset", 0)


def finding(rule_id: str, source: Source, line: int, column: int, message: str) -> Finding:
    """Returns a finding of the rule at a place."""
    rule = RULES[rule_id]
    return Finding(rule_id, rule.severity, line, column, source.line(line), message, rule.suggestion)
