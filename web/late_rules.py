"""Addresses that cost nothing until a link to them is written.

Werkzeug compiles two functions for each address, which write links to it: of a start of the pages that was nine tenths.
Most processes never link to most pages.
"""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Rule


class LateRule(Rule):
    """A rule that compiles how its links are written with the first of them."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        compiled: Callable[..., tuple[str, str]] | None = None

        def write(rule: Rule, /, **values: object) -> tuple[str, str]:
            nonlocal compiled
            if compiled is None:
                compiled = compile_now(append_unknown)
            return compiled(rule, **values)

        return write
