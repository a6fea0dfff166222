"""What people read keeps the rules of ``docs/wording.md``, as far as a machine can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import click
import pytest

from scheduler.cli import COMMANDS, rounds
from tests.test_documents import ALL_COMMANDS, TEXTS
from tests.test_translations import said_in

WORDING: Final = TEXTS["wording.md"]
SOURCES: Final = ("scheduler", "web")
"""The folders whose sentences are held to the rules."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A turn of phrase that is not used, why, and one of the document's pairs: ``before`` has it, ``after`` has not."""

    pattern: str
    why: str
    before: str
    after: str

    def breaks(self, text: str) -> bool:
        """Whether the text has it."""
        return re.search(self.pattern, text) is not None


RULES: Final = (
    Rule(
        r"\b[Nn]o such\b",
        "say what we can't find",
        "There is no such group",
        "We can’t find that group",
    ),
    Rule(
        r"(?<![Tt]here )\b(?:is|are) no (?!longer\b|more\b|doubt\b)",
        "a thing is not a thing of that kind",
        "“31.2.” is no date that can be used",
        "“31.2.” is not a valid date",
    ),
    Rule(
        r"\b(?:[Ss]ome|[Ee]very|[Aa]ny)body\b",
        "someone, everyone, anyone",
        "Somebody has told you something",
        "A concern has been raised with you",
    ),
    Rule(
        r"\b(?:[Ii]s|[Aa]re|[Ww]as|[Ww]ere|[Bb]een?|[Nn]obody|[Ss]omeone|[Ee]veryone) told\b",
        "say who does what: e-mails, sees, raises",
        "Nobody is told why you left",
        "Your group will see that you’ve left, but not why",
    ),
    Rule(
        r"\b[Aa]ny ?more\b(?! \w+s\b)",
        "no longer",
        "This date does not work any more",
        "This date no longer works",
    ),
    Rule(
        r"\b[Ww]hoever\b",
        "the person who, anyone who",
        "Whoever facilitates neither assesses nor supervises anybody",
        "The facilitator does not assess or supervise anyone",
    ),
    Rule(
        r"\b[Ww]hom\b",
        "who",
        "Whom would you like as facilitator?",
        "Who would you like as facilitator?",
    ),
    Rule(
        r"\b[Oo]nly who\b|^Who (?!.*\?)(?:was|is|has|takes|cannot|wants|stands)\b(?=.{25})",
        "people who, anyone who: a clause is no subject",
        "Only who was invited can answer",
        "Only people who were invited can answer",
    ),
    Rule(
        r"\b(?:on|by) the clocks? of\b|\b(?:own|another|my|your|their|programme[’']s) clock\b|\b[Cc]lock another\b",
        "London time; my own time zone",
        "All times are on the clock of London. Is your clock another one?",
        "All times are London time. Show my own time zone as well",
    ),
    Rule(
        r"\b(?:asked|invited) to nothing\b",
        "not invited to anything",
        "they are asked to nothing while they are away",
        "they won’t be invited to anything while they are away",
    ),
    Rule(
        r"\bstands? (?:as|at|beside|here|in (?!for\b|as\b|at\b|this\b)|on|there|under)\b|\b[Tt]he time stands\b",
        "it is there, it appears",
        "your rank does not stand there",
        "your grade isn’t shown",
    ),
    Rule(
        r"\b(?:\d+|%\(\w+\)s) \w+ more\b(?! than\b)",
        "3 more groups",
        "And 3 groups more",
        "And 3 more groups",
    ),
    Rule(
        r"\bonce more\b",
        "again",
        "Choose again and save once more",
        "Please choose again and save",
    ),
    Rule(
        r"\b(?:is|are|was|were)(?: used or)? over\b(?! \d)",
        "has passed, has finished, has expired",
        "The last day for changes is over",
        "The deadline for changes has passed",
    ),
    Rule(
        r"\bto (?:its|their|the) end\b",
        "in full",
        "The calendar could not be read to its end",
        "The calendar could not be read in full",
    ),
    Rule(
        r"\b[Mm]end(?:ed)?\b",
        "correct",
        "Mend it and upload it again",
        "Correct the file and upload it again",
    ),
    Rule(
        r"\bdoes not take place for\b|\btakes? place after all\b",
        "you're no longer expected; it is going ahead after all",
        "this mentoring session does not take place for you",
        "You’re no longer expected at this mentoring session",
    ),
    Rule(
        r"\bnot yours to\b",
        "you don't have access",
        "This page is not yours to see",
        "You don’t have access to this page",
    ),
    Rule(
        r"^Not (?:like this|possible just now|yours)\b",
        "a sentence has a subject, and says what to do",
        "Not like this. Go to the page and use its buttons",
        "That page can’t be opened like this",
    ),
    Rule(
        r"\bNothing of\b",
        "there is nothing to",
        "Nothing of this day can be corrected",
        "There is nothing to change on this day",
    ),
    Rule(
        r"\balready(?=[.:;]|$)",
        "already goes before the verb",
        "You have asked them already",
        "You have already asked them",
    ),
    Rule(
        r"\bcan(?:not| not)? be had\b",
        "is available, can be sent",
        "A reminder cannot be had at that time",
        "Reminders can’t be sent at that time",
    ),
    Rule(
        r"^(?:Noted|Kept)\b",
        "a form has saved something, or not",
        "Noted: those days stay free",
        "Saved: those days stay free",
    ),
    Rule(
        r"\b[Tt]aken back\b",
        "what was asked or proposed is withdrawn",
        "Your question is taken back",
        "You’ve withdrawn your question",
    ),
    Rule(
        r"\b[Tt]ak(?:en|es?) over\b",
        "saved, imported",
        "The busy times of that file are taken over",
        "The busy times in that file have been saved",
    ),
    Rule(
        r"\bin the house\b",
        "resident on call, in the hospital",
        "on call in the house",
        "resident on call",
    ),
    Rule(
        r"(?<![-\w(])(?:[Mm]ails?(?! servers?\b)|[Ee]mails?)\b",
        "e-mail",
        "Look in your mails",
        "Check your e-mail",
    ),
)
OF_DOCUMENTS: Final = tuple(
    rule
    for rule in RULES
    if rule.why
    in {
        "someone, everyone, anyone",
        "no longer",
        "the person who, anyone who",
        "who",
        "London time; my own time zone",
        "not invited to anything",
        "it is there, it appears",
        "again",
        "correct",
        "already goes before the verb",
        "what was asked or proposed is withdrawn",
        "saved, imported",
        "resident on call, in the hospital",
    }
)
"""Those that documents keep as well: the other turns of phrase are right in the words of engineers."""
TYPOGRAPHY: Final = (
    Rule(
        r"""\w'\w|\w' |(?<![=\w])"\w""",
        "curly quotes and apostrophes",
        """The "chair" of today's session""",
        "The “chair” of today’s session",
    ),
    Rule(r"!(?!\w)", "warm, never cheery", "Thank you!", "Sent"),
)
"""Of sentences for pages and e-mails alone: a terminal has straight quotes."""


def sentences(source: str) -> set[str]:
    """Whatever is said in a folder; of a plural both forms."""
    found: set[str] = set()
    for text in said_in(source):
        found.update((text,) if isinstance(text, str) else text)
    return found - {""}


def help_texts() -> Iterator[str]:
    """What ``rounds --help`` and each command's help say."""
    yield rounds.help or ""
    yield from (line for _, line in COMMANDS.values())
    for command in ALL_COMMANDS.values():
        yield command.help or ""
        yield from (parameter.help or "" for parameter in command.params if isinstance(parameter, click.Option))


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("rule", [*RULES, *TYPOGRAPHY], ids=lambda rule: rule.why)
def test_sentences_are_said_as_people_say_them(rule: Rule, source: str) -> None:
    assert sorted(text for text in sentences(source) if rule.breaks(text)) == [], rule.why


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.why)
def test_commands_explain_themselves_as_people_would(rule: Rule) -> None:
    assert [text for text in help_texts() if rule.breaks(text)] == [], rule.why


@pytest.mark.parametrize("name", sorted(TEXTS.keys() - {"wording.md", "CHANGELOG.md"}))
def test_documents_are_written_as_people_speak(name: str) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", TEXTS[name], flags=re.DOTALL)
    broken = [
        (rule.why, re.findall(f"(?:.{{,40}})(?:{rule.pattern})", prose)) for rule in OF_DOCUMENTS if rule.breaks(prose)
    ]
    assert broken == []


@pytest.mark.parametrize("rule", [*RULES, *TYPOGRAPHY], ids=lambda rule: rule.why)
def test_each_rule_is_explained_by_a_pair_of_the_document(rule: Rule) -> None:
    assert f"| {rule.before} | {rule.after} |" in WORDING
    assert (rule.breaks(rule.before), rule.breaks(rule.after)) == (True, False)


def test_what_the_document_recommends_keeps_its_own_rules() -> None:
    pairs = WORDING.partition("## Before and after")[2].partition("\n## ")[0]
    after = [line.split(" | ")[1].removesuffix(" |") for line in pairs.splitlines() if line.startswith("| ")][2:]
    assert len(after) >= 20
    assert [text for text in after if any(rule.breaks(text) for rule in (*RULES, *TYPOGRAPHY))] == []
