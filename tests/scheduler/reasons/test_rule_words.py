"""The one table of rules: every rule is in it, and no other module words rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.languages import in_language, say
from scheduler.reasons.rule_words import RULES, ProgrammeRule, RuleKind
from solvers import rules
from web.coordinator.setup.pages import SECTIONS

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "scheduler" / "reasons" / "rule_words.py"
SAYING = {"mark", "mark_many", "say", "say_many", "_", "gettext", "lazy_gettext", "ngettext"}
KEYED = {"rules", "ProgrammeRule"}


def test_every_rule_has_one_entry_with_all_that_it_needs() -> None:
    assert RULES.keys() == rules.HARD_RULE.keys() | set(ProgrammeRule)
    for words in RULES.values():
        assert words.heading
        assert words.broken
        assert words.broken.endswith(".") == (". " in words.broken)


def test_what_is_broken_in_private_is_said_alike_without_a_group_or_a_name() -> None:
    said = {(words.heading, words.broken) for words in RULES.values() if words.kind is RuleKind.PRIVATE}
    assert len(said) == 1
    for words in RULES.values():
        if words.kind is RuleKind.PRIVATE:
            assert "%(" not in words.heading + words.broken
            assert (words.too_few, words.too_many, words.places.group) == ("", "", "")


def test_every_section_that_a_rule_is_set_in_is_one() -> None:
    assert {words.section for words in RULES.values()} - {""} <= SECTIONS.keys()


@pytest.mark.parametrize("rule_id", RULES)
def test_every_rule_speaks_french(rule_id: str) -> None:
    words = RULES[rule_id]
    said = (words.heading, words.broken, words.too_few, words.too_many)
    with in_language("fr"):
        assert [text for text in said if text and say(text) == text] == []


# --- nobody else words rules ---------------------------------------------------------------------------------------


def is_rule(node: ast.AST | None) -> bool:
    """``rules.QUORUM``, or one behind a star or in a tuple."""
    inside = ast.walk(node) if node is not None else ()
    return any(
        isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id in KEYED
        for each in inside
    )


def says(node: ast.AST, marked: frozenset[str]) -> bool:
    """Whether it holds a sentence, or the name of one."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id in SAYING:
            return True
        if isinstance(each, ast.Name) and each.id in marked:
            return True
    return False


def constants(tree: ast.Module) -> frozenset[str]:
    """The names of the module's own sentences."""
    found = set()
    for node in tree.body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if value is not None and says(value, frozenset()):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def leads(node: ast.AST, marked: frozenset[str]) -> bool:
    """Whether this leads from rules to sentences: an entry of a table, a case, or a row of both."""
    match node:
        case ast.Dict():
            return any(is_rule(key) and says(value, marked) for key, value in zip(node.keys, node.values, strict=True))
        case ast.Call(func=ast.Attribute(attr="fromkeys"), args=[keys, *values]):
            return is_rule(keys) and any(says(value, marked) for value in values)
        case ast.match_case():
            return is_rule(node.pattern) and any(says(statement, marked) for statement in node.body)
        case ast.Tuple() | ast.List():
            return any(map(is_rule, node.elts)) and any(not is_rule(each) and says(each, marked) for each in node.elts)
    return False


def tables(source: str) -> Iterator[int]:
    """The lines of what leads from rules to sentences."""
    tree = ast.parse(source)
    marked = constants(tree)
    for node in ast.walk(tree):
        if leads(node, marked):
            yield node.pattern.lineno if isinstance(node, ast.match_case) else getattr(node, "lineno", 0)


@pytest.mark.parametrize(
    "source",
    [
        'WORDS = {rules.GAP: mark("too close")}',
        'WORDS = {**dict.fromkeys((rules.GAP, rules.QUORUM), lazy_gettext("no"))}',
        'NO = mark("no")\nWORDS = {rules.GAP: NO}',
        'def words(rule_id):\n    match rule_id:\n        case rules.GAP | rules.QUORUM:\n            return _("no")',
        'LINES = ((_("Enough come"), (rules.QUORUM,), "running"),)',
    ],
)
def test_a_table_of_rules_is_found_whatever_it_looks_like(source: str) -> None:
    assert list(tables(source))


def test_no_other_module_keeps_a_table_from_rules_to_sentences() -> None:
    sources = (path for room in ("scheduler", "web", "solvers") for path in (ROOT / room).rglob("*.py"))
    found = [
        f"{path.relative_to(ROOT)}:{line}" for path in sources if path != TABLE for line in tables(path.read_text())
    ]
    assert found == []
