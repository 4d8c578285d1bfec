"""The nodes' own code: what each template's macros give, with marks from which the lines of a node are told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from jinja2 import Environment
from jinja2.environment import TemplateModule
from jinja2.runtime import Macro

from codegen_core.flow.model import ResolvedNode
from codegen_core.literals import Code
from codegen_core.render.context import Panel, RenderNode

# Literals and prose let no control character through, so no text of a user's can pass for a mark.
_FIRST, _LAST = "\x02", "\x03"
_MARK = re.compile(r"(?P<kind>[\x02\x03])(?P<number>\d+)\n")


class NodeTemplates:
    """The templates of a flow's nodes.

    A node's template may define macros of code, called by the place where it stands (the attributes of ``Blocks``, with
    ``exit`` for its exits), ``panel`` (code for what the day's step reads), ``words`` and ``drop`` (phrases), the lists
    ``uses`` (helper functions), ``needs`` (state of the strategy) and ``imports`` (modules); a list may be a macro too,
    which names its entries between spaces; and the number ``branches``, of decisions in its ``exit``.
    """

    def __init__(
        self, environment: Environment, nodes: Sequence[ResolvedNode], views: Mapping[str, RenderNode]
    ) -> None:
        self._environment = environment
        self._nodes = {node.id: node for node in nodes}
        self._views = views
        self._numbers = {node.id: number for number, node in enumerate(nodes)}
        self._words: dict[tuple[str, str], str] = {}

    def blocks(self, macro: str, nodes: Iterable[ResolvedNode]) -> tuple[str, ...]:
        """Returns the block of each node whose template has the macro: the label as a comment, then the code."""
        return tuple(
            self.marked(node, f"{self._views[node.id].comment}\n{code.strip()}")
            for node in nodes
            if (code := self._call(node, macro)) is not None
        )

    def panels(self, nodes: Iterable[ResolvedNode]) -> tuple[Panel, ...]:
        """Returns the panel of each node whose template has one."""
        return tuple(
            Panel(self._views[node.id].reference, Code(code.strip()))
            for node in nodes
            if (code := self._call(node, "panel")) is not None
        )

    def words(self, node: ResolvedNode, macro: str = "words") -> str:
        """Returns what the node does, in a phrase."""
        if (node.id, macro) not in self._words:
            self._words[node.id, macro] = " ".join((self._call(node, macro) or "").split())
        return self._words[node.id, macro]

    def listed(self, name: str, nodes: Iterable[ResolvedNode] | None = None) -> list[str]:
        """Returns what the templates (of ``nodes`` alone) list under ``uses``, ``needs`` or ``imports``, each once."""
        asked = self._nodes.values() if nodes is None else nodes
        return sorted({entry for node in asked for entry in self._entries(node, name)})

    def branches(self, node: ResolvedNode) -> int:
        """Returns how many decisions the node's exit takes."""
        return int(getattr(self._module(node), "branches", 1))

    def marked(self, node: ResolvedNode, text: str) -> str:
        """Returns text between the marks of a node."""
        number = self._numbers[node.id]
        return f"{_FIRST}{number}\n{text}\n{_LAST}{number}"

    def _call(self, node: ResolvedNode, macro: str) -> str | None:
        function = getattr(self._module(node), macro, None)
        return None if function is None else str(function(self._views[node.id]))

    def _entries(self, node: ResolvedNode, name: str) -> Iterable[str]:
        entries: Iterable[str] | Macro = getattr(self._module(node), name, ())
        return str(entries(self._views[node.id])).split() if isinstance(entries, Macro) else entries

    def _module(self, node: ResolvedNode) -> TemplateModule:
        return _module(self._environment, node.template.jinja_template)


@lru_cache(maxsize=512)
def _module(environment: Environment, template: str) -> TemplateModule:
    return environment.get_template(template).module


def helper_functions(environment: Environment, names: Iterable[str]) -> tuple[Code, ...]:
    """Returns the definitions of helpers and of those that they use, each after what it uses."""
    definitions: dict[str, Code] = {}
    for name in names:
        _define(environment, name, definitions)
    return tuple(definitions.values())


def split_marks(text: str, nodes: Sequence[ResolvedNode]) -> tuple[str, dict[str, tuple[int, int]]]:
    """Returns the text without its marks, and node id to the first and last line of its first block, from 1."""
    pieces: list[str] = []
    spans: dict[str, tuple[int, int]] = {}
    begun: dict[str, int] = {}
    line, end = 1, 0
    for mark in _MARK.finditer(text):
        piece = text[end : mark.start()].rstrip(" ")
        pieces.append(piece)
        line, end = line + piece.count("\n"), mark.end()
        node_id = nodes[int(mark["number"])].id
        if mark["kind"] == _FIRST:
            begun.setdefault(node_id, line)
        else:
            spans.setdefault(node_id, (begun[node_id], line - 1))
    return "".join([*pieces, text[end:]]), spans


def _define(environment: Environment, name: str, definitions: dict[str, Code]) -> None:
    module = _module(environment, f"helpers/{name}.py.j2")
    for used in _uses(module):
        _define(environment, used, definitions)
    definitions.setdefault(name, Code(str(module).strip()))


def _uses(module: TemplateModule) -> Iterator[str]:
    yield from getattr(module, "uses", ())
