"""Landlock: the kernel's confinement of a process to parts of the file system. See landlock(7)."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from workers.sandbox.kernel import system_call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_ACCESSES_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many kinds of file access each version of Landlock can refuse."""
_NETWORK_VERSION, _SCOPE_VERSION = 4, 6
_ALL_TCP, _ALL_SCOPES = 0b11, 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def landlock_version() -> int:
    """Returns the version of Landlock's interface, 0 where the kernel has none."""
    try:
        return system_call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def confine_to_reading(folders: Iterable[Path]) -> None:
    """Refuse this process every access to files but reading below ``folders``; also TCP and signals to others.

    Needs no_new_privs. What is open already stays open.

    Raises:
        OSError: The kernel has no Landlock.
    """
    version = landlock_version()
    rules = _Ruleset(files=(1 << _ACCESSES_BY_VERSION.get(version, 16)) - 1)
    rules.network = _ALL_TCP if version >= _NETWORK_VERSION else 0
    rules.scopes = _ALL_SCOPES if version >= _SCOPE_VERSION else 0
    ruleset = system_call(_CREATE_RULESET, rules, _ruleset_size(version), 0)
    try:
        for folder in folders:
            _allow_reading(ruleset, folder)
        system_call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _ruleset_size(version: int) -> int:
    """Older kernels refuse a structure with fields that they don't know."""
    return 8 if version < _NETWORK_VERSION else 16 if version < _SCOPE_VERSION else 24


def _allow_reading(ruleset: int, path: Path) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        access = _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE
        system_call(_ADD_RULE, ruleset, _PATH_BENEATH, _PathBeneath(access, parent), 0)
    finally:
        os.close(parent)
