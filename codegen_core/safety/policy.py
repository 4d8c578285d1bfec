"""What the checks of one analysis work with, together."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codegen_core.safety.context import Context
from codegen_core.safety.following import Following
from codegen_core.safety.instances import Instances
from codegen_core.safety.library import Member, near
from codegen_core.safety.members import OwnMembers
from codegen_core.safety.references import References
from codegen_core.safety.tree import ModuleTree

_HELPED = 50
"""Findings up to which the names that come near are looked for."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The tree with everything known about it, and where findings go."""

    context: Context
    tree: ModuleTree
    references: References
    own: OwnMembers
    following: Following
    instances: Instances
    classes: tuple[ast.ClassDef, ...]
    _derived: dict[tuple[ast.ClassDef, str], bool] = field(default_factory=dict)
    _families: dict[ast.ClassDef, list[ast.ClassDef]] = field(default_factory=dict)
    _signal: dict[ast.ClassDef, bool] = field(default_factory=dict)
    _heirs: dict[ast.ClassDef, list[ast.ClassDef]] = field(default_factory=dict)

    @staticmethod
    def of(context: Context) -> Policy:
        """Returns the policy over the context's tree."""
        references = References(context.tree)
        own = OwnMembers(context.tree, references)
        following = Following(context.tree, references, own)
        instances = Instances(context.tree, references, own)
        classes = tuple(context.tree.of_kind(ast.ClassDef))
        return Policy(context, context.tree, references, own, following, instances, classes)

    def report(self, rule_id: str, node: ast.AST, message: str) -> None:
        """Adds a finding."""
        self.context.report(rule_id, node, message)

    def near(self, module: str, name: str) -> str:
        """Returns what of a listed module comes near a name, as a part of a message; not for each of many findings."""
        return near(module, name) if len(self.context.findings) < _HELPED else ""

    def own_bases(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """Returns the class and every class of the module's own that it inherits from, each once."""
        return self.references.lineage(owner)

    def derives_from(self, owner: ast.ClassDef, package: str) -> bool:
        """Whether a class of the module's own inherits from a class of the library package, directly or not."""
        known = (owner, package)
        if known not in self._derived:
            bases = (base for node in self.own_bases(owner) for base in node.bases)
            found = [r for base in bases for r in self.references.of(base)]
            self.tree.spend(len(found))
            self._derived[known] = any(isinstance(r, Member) and r.path.startswith(package) for r in found)
        return self._derived[known]

    def takes_signal(self, owner: ast.ClassDef) -> bool:
        """Whether a class is a signal strategy of Qlib's, or one inherits from it: making it loads what it is given."""
        if not self._signal:
            strategies = (node for node in self.classes if self.derives_from(node, "qlib.contrib.strategy"))
            self._signal.update({base: True for node in strategies for base in self.own_bases(node)})
            self._signal.setdefault(owner, False)
        return self._signal.get(owner, False)

    def family(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        """Returns the class, those of the module's own that it inherits from and those that inherit from it."""
        if owner not in self._families:
            if not self._heirs:
                for node in self.classes:
                    for base in self.own_bases(node):
                        self._heirs.setdefault(base, []).append(node)
            self._families[owner] = [*self.own_bases(owner), *self._heirs.get(owner, ())]
        return self._families[owner]

    def default_of(self, parameter: ast.arg) -> ast.expr | None:
        """Returns what a parameter is where nobody gives it, or None."""
        function = self.tree.parent(parameter)
        if not isinstance(function, ast.FunctionDef | ast.Lambda):
            return None
        arguments = function.args
        positional = [*arguments.posonlyargs, *arguments.args]
        given = dict(zip(reversed(positional), reversed(arguments.defaults), strict=False))
        named = dict(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
        return given.get(parameter) or named.get(parameter)

    def in_type_position(self, node: ast.AST) -> bool:
        """Whether the node is (part of) an annotation, a base class or the type that isinstance or except asks for."""
        child: ast.AST = node
        for parent in self.tree.ancestors(node):
            if isinstance(parent, ast.Subscript | ast.BinOp | ast.Tuple | ast.List | ast.Attribute | ast.Constant):
                child = parent
                continue
            return self._names_type(parent, child)
        return False

    def _names_type(self, parent: ast.AST, child: ast.AST) -> bool:
        match parent:
            case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation) if annotation is child:
                return True
            case ast.FunctionDef(returns=returns) if returns is child:
                return True
            case ast.ClassDef(bases=bases) if child in bases:
                return True
            case ast.ExceptHandler(type=caught) if caught is child:
                return True
            case ast.Call(func=ast.Name() as function, args=arguments) if child in arguments:
                return any(self.tree.is_builtin(function, name) for name in ("isinstance", "issubclass"))
        return False
