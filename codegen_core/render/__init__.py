"""From a sound flow to one Python module that a person would be glad to read."""

from codegen_core.render.embedded_flow import EmbeddedFlowError, embed, recover
from codegen_core.render.generate import GeneratedModule, code_hash, generate

__all__ = ["EmbeddedFlowError", "GeneratedModule", "code_hash", "embed", "generate", "recover"]
