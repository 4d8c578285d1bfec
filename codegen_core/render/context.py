"""What templates see: values that are safe by construction, never a user's own text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codegen_core.literals import Code, Prose
from codegen_core.names import Identifier


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric parameter: the code that reads it, its value in words, and as a percentage."""

    code: Code
    words: Prose
    percent: Prose


@dataclass(frozen=True, slots=True)
class Operand:
    """What stands at an input: a panel (a node's variable, a field of the data) or a number of the strategy's."""

    code: Code
    words: Prose
    is_panel: bool

    def as_panel(self, like: Operand) -> Code:
        """Returns code for a panel, a number being spread over one of the shape of ``like``."""
        return self.code if self.is_panel else Code(f"np.full_like({like.code}, {self.code})")


@dataclass(frozen=True, slots=True)
class RenderNode:
    """A node for its template.

    Attributes:
        id: The node's id as a string literal.
        comment: Its label as a comment.
        reference: Code that gives its id.
        kind: Its template's display name.
        numbers: The parameters that are keyword arguments of the strategy, by name.
        choices: Parameter of a fixed list of strings to the one chosen.
        inputs: Input port to what is connected to it, empty where there is nothing.
        operands: Input port of at most one edge to what stands there.
        mark: Code for where a condition or a signal is true.
        target: What the node's values are assigned to: its name, or a name for each output that is read.
        outputs: Output port to its variable.
        source: Of a Qlib expression, code that reads it; empty for others.
        arguments: Of a function over own bars, the function, its inputs and its options; empty for others.
        blank: Of a result in whole numbers, code for the number of its first bars, which say nothing.
        formula: The whole of a Qlib expression, or the call of a function over own bars, in words; empty for others.
    """

    id: Code
    name: Identifier
    label: Prose
    comment: Code
    reference: Code
    kind: Prose
    numbers: Mapping[str, Number]
    choices: Mapping[str, str]
    inputs: Mapping[str, tuple[Operand, ...]]
    operands: Mapping[str, Operand]
    mark: Code
    target: Code
    outputs: Mapping[str, Identifier]
    source: Code
    arguments: tuple[Code, ...]
    blank: Code
    formula: Prose

    def operand(self, port: str) -> Operand:
        """Returns what stands at an input; KeyError where nothing does."""
        return self.operands[port]


@dataclass(frozen=True, slots=True)
class Described:
    """A node with what its template says of it in words."""

    node: RenderNode
    words: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A keyword argument of the strategy."""

    name: Identifier
    annotation: Code
    default: Code


@dataclass(frozen=True, slots=True)
class Feature:
    """A column that is read from Qlib: its lines in the list of expressions."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Exits:
    """A method's share of the exit rules.

    Attributes:
        stops: Rules that are tested before any signal is heard.
        signals: SELL nodes.
        needs: What the rules are tested with, such as ``average_price``.
        is_guarded: Whether a young holding doesn't hear the signals.
        method: The method's name, ``following`` that of the next one, empty for the last.
    """

    stops: tuple[str, ...]
    signals: tuple[str, ...]
    needs: frozenset[str]
    is_guarded: bool
    method: Identifier
    following: str


@dataclass(frozen=True, slots=True)
class Blocks:
    """The nodes' own code, by the place where it stands.

    Attributes:
        prepare: What computes the nodes' panels.
        watch: What begins and ends halts.
        exits: What sells, in the order in which it is tested, in parts of limited complexity.
        settle: What keeps a young holding from hearing signals.
        rest: What keeps an instrument from being bought soon after a stop.
        targets: What a holding should be worth, of the position alone.
        lower: What lowers targets.
        turnover: What cuts a day's entries.
        exposure: What cuts a day's buys.
    """

    prepare: tuple[str, ...]
    watch: tuple[str, ...]
    exits: tuple[Exits, ...]
    settle: tuple[str, ...]
    rest: tuple[str, ...]
    targets: tuple[str, ...]
    lower: tuple[str, ...]
    turnover: tuple[str, ...]
    exposure: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A node's panel that a day's step reads: the code of the node's id, and of the panel."""

    reference: Code
    code: Code


@dataclass(frozen=True, slots=True)
class Trading:
    """How the day's step goes.

    Attributes:
        slots: Code for how many holdings there may be.
        entry_node: Code for the id of the node that entries are put down to, where that is the same for all.
        own_score: Code for the position's own score where entries are ranked by it; empty where they aren't.
        ranks: Whether entries have scores.
        drops: Whether holdings drop out for better ones.
        account: Code for the account's value: a variable where more than the targets needs it.
        panels: What rules and sizes read.
    """

    slots: Code
    entry_node: Code
    own_score: Code
    ranks: bool
    drops: bool
    account: Code
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The strategy in words.

    Attributes:
        bought: The BUY nodes.
        score: The position's own score, where entries are ranked by it; empty where they aren't.
        sold: The exit rules, in the order in which they are tested.
        dropped: The position where holdings drop out for better ones.
        limits: The risk rules that limit what is bought and sold.
        terms: The indicators and conditions.
    """

    title: str
    bought: tuple[Described, ...]
    score: Prose
    sold: tuple[Described, ...]
    dropped: tuple[Described, ...]
    position: Described
    limits: tuple[Described, ...]
    terms: tuple[Described, ...]


@dataclass(frozen=True, slots=True)
class ModuleContext:
    """Everything that the module's template needs.

    Attributes:
        entries: BUY nodes that feed the position, ``exits`` the SELL nodes, ``scores`` those of ``entries`` with one.
        referenced: Nodes whose ids the code needs.
        fields: Fields of the data that are read as they are, beside the close.
        features: Everything else that is read from Qlib.
        marks: Nodes of which it is kept where they were true.
        imports: Import lines of packages, Qlib's own left out, sorted.
        needs: State that the templates used ask for, such as ``average_price``.
    """

    summary: Summary
    position: RenderNode
    imports: tuple[str, ...]
    helpers: tuple[Code, ...]
    parameters: tuple[Parameter, ...]
    referenced: tuple[RenderNode, ...]
    fields: tuple[str, ...]
    features: tuple[Feature, ...]
    blocks: Blocks
    trading: Trading
    entries: tuple[RenderNode, ...]
    exits: tuple[RenderNode, ...]
    scores: tuple[RenderNode, ...]
    marks: tuple[RenderNode, ...]
    needs: frozenset[str]
    main_block: str
    embedded_flow: str
