"""The page that lists the ready-made strategies, in both languages."""

from __future__ import annotations

from codegen_core.nodes.registry import by_id
from codegen_core.strategies import ready_strategies
from codegen_core.strategies.drawing import ReadyStrategy

_HEAD = """\
# Ready-made strategies

Complete flows that are valid as shipped: `GET /strategy-templates` lists them, `POST /strategies` with a `template_id`
makes a strategy of the caller's own from one. They are starting points to draw on, not advice to trade. The
declarations under `codegen_core/strategies` are the source; a test keeps this page equal to them.
"""


def page() -> str:
    """Returns the page's text."""
    return "\n".join([_HEAD, *(_section(strategy) for strategy in ready_strategies())])


def _section(strategy: ReadyStrategy) -> str:
    name, texts = strategy.display_name, strategy.description
    facts = f"`{strategy.name}` · {strategy.category} · `{strategy.id}`"
    return f"## {name.en} · {name.zh}\n\n{facts}\n\n{texts.en}\n\n{texts.zh}\n\nNodes: {_nodes(strategy)}.\n"


def _nodes(strategy: ReadyStrategy) -> str:
    """Returns what the flow is drawn of, each template once, in the order drawn."""
    nodes = strategy.logic_flow["nodes"]
    ids = [str(node["template_id"]) for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []
    names = [template.name for template in map(by_id, ids) if template is not None]
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))
