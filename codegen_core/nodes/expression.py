"""The expression of a Qlib indicator's declaration, taken apart at its placeholders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from string import Formatter


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an expression's text and the placeholder after it.

    Attributes:
        placeholder: Name of an input port or a parameter, empty at the end of the text.
        is_alone: Whether what the placeholder stands for is a whole argument or the whole expression, so that it needs
            no brackets of its own.
    """

    text: str
    placeholder: str
    is_alone: bool


@lru_cache(maxsize=1024)
def parts(expression: str) -> tuple[Part, ...]:
    """Returns the parts of an expression in order."""
    pieces = [(text, placeholder or "") for text, placeholder, _, _ in Formatter().parse(expression)]
    following = [text for text, _ in pieces[1:]] + [""]
    return tuple(
        Part(text, placeholder, text[-1:] in {"", "(", ","} and after[:1] in {"", ")", ","})
        for (text, placeholder), after in zip(pieces, following, strict=True)
    )
