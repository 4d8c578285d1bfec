"""Users' own node templates: whether one can be stored, and what checks and generation make of it."""

from codegen_core.custom.checks import check_definition
from codegen_core.custom.declare import declaration_of
from codegen_core.custom.definition import CustomDefinition

__all__ = ["CustomDefinition", "check_definition", "declaration_of"]
