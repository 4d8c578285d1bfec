"""Checks of the bare text, before it is parsed: the text that is checked must be the text that runs."""

from __future__ import annotations

import io
import re
import tokenize
import unicodedata
from collections.abc import Iterator
from itertools import islice

from codegen_core.safety.context import Source, finding
from codegen_core.safety.findings import Finding, Limits

_CODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BRACKET = re.compile(r"[][(){}]")
_BRACKET_OR_WORDS = re.compile(
    r"""[][(){}]
    |\#[^\n]*
    |(?P<prefix>(?<!\w)[A-Za-z]{0,2})
     (?:\"{3}(?:(?!\"{3})[^\\]|\\.)*+(?:\"{3}|\\?\Z)
     |'{3}(?:(?!'{3})[^\\]|\\.)*+(?:'{3}|\\?\Z)
     |"(?:[^"\\\n]|\\.)*+(?:"|(?=\n)|\\?\Z)
     |'(?:[^'\\\n]|\\.)*+(?:'|(?=\n)|\\?\Z))""",
    re.DOTALL | re.VERBOSE,
)
"""A bracket, or what holds brackets that open nothing: a comment, or a string that isn't formatted."""
MAX_BRACES = 20_000
"""Python takes time in the square of an f-string's fields to parse it."""
_SHOWN = 20
"""Findings of one kind told at most: a text can be made of nothing else."""
_PLAIN_BLANKS = frozenset("\n\t\u3000")
"""What isn't printable and shows all the same: line ends, tabs, the wide space of Chinese text."""
_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def over_limit(text: str, limits: Limits) -> str | None:
    """Returns why the text is not taken on at all, or None."""
    if len(text) > limits.size or len(text.encode(errors="surrogatepass")) > limits.size:
        return f"The code is longer than {limits.size // 1024} KiB."
    if text.count("{") > MAX_BRACES:
        return f"There are more than {MAX_BRACES} opening braces."
    if _depth_within(text) > limits.nesting and _bracket_depth(text, limits.nesting) > limits.nesting:
        return f"Brackets are nested more than {limits.nesting} deep."
    return None


def text_findings(text: str) -> list[Finding]:
    """Returns what is wrong with the text itself."""
    normal = text.replace("\r\n", "\n")
    source = Source(normal)
    found = list(_encoding(normal, source))
    found += islice(_hidden(normal, source), _SHOWN)
    if found or not _may_look_alike(normal):
        return found
    return list(islice(_look_alikes(normal, source), _SHOWN))


def _bracket_depth(text: str, limit: int) -> int:
    depth = deepest = 0
    for match in _BRACKET_OR_WORDS.finditer(text):
        piece = match[0]
        if len(piece) == 1:
            depth = depth + 1 if piece in "([{" else max(depth - 1, 0)
        inner = _depth_within(piece) if "f" in (match["prefix"] or "").lower() else 0
        deepest = max(deepest, depth + inner)
        if deepest > limit:
            break
    return deepest


def _depth_within(text: str) -> int:
    depth = deepest = 0
    for match in _BRACKET.finditer(text):
        depth = depth + 1 if match[0] in "([{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def _encoding(text: str, source: Source) -> Iterator[Finding]:
    for number, line in enumerate(text.split("\n", 2)[:2], start=1):
        declared = _CODING.match(line)
        if declared and declared[1].lower().replace("_", "-") not in {"utf-8", "utf8"}:
            message = f"The text declares the encoding {declared[1]}, so it would run as another text."
            yield finding("SOURCE_ENCODING", source, number, 1, message)


def _hidden(text: str, source: Source) -> Iterator[Finding]:
    for position in _hidden_positions(text):
        line, column = _place(text, position)
        message = f"The character U+{ord(text[position]):04X} doesn't show in an editor."
        yield finding("HIDDEN_CHARACTER", source, line, column, message)


def _hidden_positions(text: str) -> Iterator[int]:
    hidden = {c for c in set(text) if not c.isprintable() and c not in _PLAIN_BLANKS}
    return (position for position, character in enumerate(text) if character in hidden) if hidden else iter(())


def _may_look_alike(text: str) -> bool:
    """Whether a letter occurs that names may be made of and may not here, if only in a comment or text."""
    return any(not c.isascii() and not _CJK.match(c) and f"a{c}".isidentifier() for c in set(text))


def _look_alikes(text: str, source: Source) -> Iterator[Finding]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.NAME, tokenize.ERRORTOKEN) and not is_plain_name(token.string):
                line, column = token.start
                message = f"The name {token.string!a} has letters that look like others."
                yield finding("LOOK_ALIKE_NAME", source, line, column + 1, message)
    except (tokenize.TokenError, SyntaxError):
        return  # The parser says what is wrong, and where.


def is_plain_name(name: str) -> bool:
    """Whether a name is written in ASCII or Chinese letters, as it will be read."""
    return all(c.isascii() or _CJK.match(c) for c in name) and unicodedata.normalize("NFKC", name) == name


def _place(text: str, position: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, position) + 1
    return text.count("\n", 0, position) + 1, position - start + 1
