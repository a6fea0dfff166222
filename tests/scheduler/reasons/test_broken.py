"""What a broken rule is said to be: with figures and names where known, and never what is nobody's business."""

from __future__ import annotations

import pytest

from scheduler.languages import in_language
from scheduler.reasons.broken import Broken, BrokenLine, KnownNames, broken_lines, broken_sentence, private_sentence
from scheduler.reasons.named_rules import PRIVATE
from scheduler.reasons.rule_words import RULES
from solvers import rules

NAMES = KnownNames({"g7": "Group 7"}, {3: "Fay Lantern"})


def test_figures_are_told_where_they_are_known() -> None:
    few = Broken(rules.GROUP_SIZE, "g7", have=3, needed=4)
    assert broken_sentence(few, NAMES) == ("Group 7 has too few residents: 3 instead of at least 4.")
    unknown = Broken(rules.GROUP_SIZE, "g7")
    assert broken_sentence(unknown, NAMES) == "Group 7 doesn’t have the size that its kind of group asks for."


def test_who_and_what_has_no_name_is_someone_and_a_group() -> None:
    assert broken_sentence(Broken(rules.MODE_ACCEPTED, "g9", 1, 5), NAMES) == (
        "With a group, someone would meet in a way that they haven’t chosen (round 2)."
    )


def test_when_it_is_stands_in_place_of_the_round() -> None:
    broken = Broken(rules.PRESENT, "g7", 1, have=0, needed=1)
    assert broken_sentence(broken, NAMES, "Tue 9 Mar, 12:30") == (
        "Too few facilitators can come to Group 7: 0, and it takes 1 (Tue 9 Mar, 12:30)."
    )


@pytest.mark.parametrize("rule_id", [*sorted(PRIVATE), None, "a_rule_of_tomorrow"])
def test_what_is_nobodys_business_has_one_sentence(rule_id: str | None) -> None:
    broken = Broken(rule_id, "g7", 2, 3, 1, 2)
    assert broken_sentence(broken, NAMES, "Tue 9 Mar") == private_sentence()
    assert broken_lines((broken, Broken(None)), NAMES) == (BrokenLine(private_sentence(), None),)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("rule_id", RULES)
def test_every_rule_is_said_in_whole_sentences(rule_id: str, language: str) -> None:
    with in_language(language):
        for have, needed in ((0, 0), (2, 3), (4, 3)):
            said = broken_sentence(Broken(rule_id, "g7", 1, 3, have, needed, 5), NAMES)
            assert said.endswith(".")
            assert "%" not in said
            assert said[0].isupper()
            assert ("Fay Lantern" in said) == RULES[rule_id].of_people
