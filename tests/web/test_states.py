"""Templates compare with members of enums, never with the words that these are stored as."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from web.states import STATES

TEMPLATES = Path(__file__).parents[2] / "web" / "templates"
NAMES = {each.__name__: each for each in STATES}
VALUES = {member.value for each in STATES for member in each}
PARSER = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])
every_template = pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)


def _words(expression: nodes.Expr) -> Iterator[str]:
    parts = expression.items if isinstance(expression, nodes.Tuple | nodes.List) else [expression]
    for part in parts:
        if isinstance(part, nodes.Const) and isinstance(part.value, str):
            yield part.value


def _compared_with_words(tree: nodes.Template) -> Iterator[str]:
    for compared in tree.find_all(nodes.Compare):
        if isinstance(compared.expr, nodes.Getattr):
            words = {word for operand in compared.ops for word in _words(operand.expr)}
            yield from (f"line {compared.lineno}: {word}" for word in sorted(words & VALUES))


@every_template
def test_a_value_is_compared_with_the_member_of_an_enum(template: Path) -> None:
    assert list(_compared_with_words(PARSER.parse(template.read_text()))) == []


@every_template
def test_the_members_that_are_named_exist(template: Path) -> None:
    tree = PARSER.parse(template.read_text())
    named = [one for one in tree.find_all(nodes.Getattr) if isinstance(one.node, nodes.Name) and one.node.name in NAMES]
    unknown = [f"{one.node.name}.{one.attr}" for one in named if one.attr not in NAMES[one.node.name].__members__]  # type: ignore[attr-defined]
    assert unknown == []


def test_a_word_would_be_found() -> None:
    tree = PARSER.parse('{% if plan.state == "draft" %}{% elif plan.state in ("draft", "reviewed") %}{% endif %}')
    assert len(list(_compared_with_words(tree))) == 3
