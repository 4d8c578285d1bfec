"""The second wall around a strategy: a forked child that can compute, and tell its parent, and do nothing else."""

from workers.sandbox.child import Child, Report, check_walls, start_child
from workers.sandbox.walls import SandboxError, SandboxMode, Walls

__all__ = ["Child", "Report", "SandboxError", "SandboxMode", "Walls", "check_walls", "start_child"]
