"""The flow inside its own file: a trailing comment block, with a hash of its own, that gives the graph back."""

from __future__ import annotations

import hashlib
import json
import re

from codegen_core.json_value import JsonValue
from codegen_core.render.canonical import canonical_json

_WIDTH = 92
_HEAD = "# The flow that this file was made from, as JSON; SHA-256 {hash}"
_PREFIX = "# | "
_BLOCK = re.compile(
    _HEAD.format(hash=r"(?P<hash>[0-9a-f]{64})") + r"\n(?P<lines>(?:# \| .*(?:\n|\Z))+)\s*\Z",
)


class EmbeddedFlowError(ValueError):
    """A file without a flow, or with one that was changed since."""


def embed(flow: dict[str, JsonValue]) -> str:
    """Returns the comment block of a canonical flow, without a last line end."""
    return embed_json(canonical_json(flow))


def embed_json(canonical: str) -> str:
    """Returns the comment block of a canonical flow's JSON."""
    text = canonical.replace(" ", "\\u0020")
    chunks = [text[start : start + _WIDTH] for start in range(0, len(text), _WIDTH)]
    return "\n".join([_HEAD.format(hash=_digest(text)), *(_PREFIX + chunk for chunk in chunks)])


def recover(code: str) -> dict[str, JsonValue]:
    """Returns the canonical flow of a generated file; line ends may be those of any system.

    Raises:
        EmbeddedFlowError: If the file has none at its end, or its hash is another.
    """
    block = _BLOCK.search(code.replace("\r\n", "\n"))
    if block is None:
        raise EmbeddedFlowError("the file has no flow at its end")
    text = "".join(line.removeprefix(_PREFIX) for line in block["lines"].splitlines())
    if _digest(text) != block["hash"]:
        raise EmbeddedFlowError("the flow at the file's end was changed")
    flow = json.loads(text)
    if not isinstance(flow, dict):
        raise EmbeddedFlowError("the flow at the file's end is not an object")
    return flow


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()
