"""The templates: Jinja2 under StrictUndefined, one environment a language."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from codegen_core.render import layout


@lru_cache(maxsize=2)
def environment(language: str) -> Environment:
    """Returns the templates with their texts in ``language``: ``zh``, English for any other."""

    def text(en: str, zh: str) -> str:
        return zh if language == "zh" else en

    templates = Environment(
        loader=PackageLoader("codegen_core", "templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - the output is Python; what enters it is safe by construction (codegen_core.literals)
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    templates.globals.update(
        t=text,
        call=layout.call,
        invoke=layout.invoke,
        assign=layout.assign,
        every=layout.every,
        bullet=layout.bullet,
    )
    return templates
