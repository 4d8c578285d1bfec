"""What a generated file needs beyond its strategy: metrics and a command line."""

from codegen_core.standalone.source_text import main_block

__all__ = ["main_block"]
