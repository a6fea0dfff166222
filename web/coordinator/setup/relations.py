"""What each kind of relation means for sharing a group, as far as a programme may choose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scheduler.people.model import RelationKind
from scheduler.people.relations import CHOICES, Policy, chosen_from, policies_from
from scheduler.programmes.model import Programme
from web.coordinator.relation_words import KINDS
from web.coordinator.setup.section import Section
from web.forms import Form
from web.language import gettext as _
from web.language import lazy_gettext

POLICY_WORDS: Final = {
    Policy.FORBID: lazy_gettext("Never"),
    Policy.UNLESS_REASONED: lazy_gettext("Only for a recorded reason"),
    Policy.DISCLOSE: lazy_gettext("Yes, and their group sees it"),
    Policy.ALLOW: lazy_gettext("Yes, without a word to anyone"),
}
QUESTIONS: Final = {
    RelationKind.SUPERVISES: lazy_gettext("One supervises the other"),
    RelationKind.ASSESSES: lazy_gettext("One assesses the other"),
    RelationKind.LINE_MANAGES: lazy_gettext("One is the line manager of the other"),
    RelationKind.PANEL: lazy_gettext("One sits on a panel that decides about the other"),
    RelationKind.SPONSORS: lazy_gettext("One sponsors the other"),
    RelationKind.ADVISES: lazy_gettext("One advises the other on a project"),
}
CHOSEN: Final = {kind: choices for kind, choices in CHOICES.items() if len(choices) > 1}
"""The kinds of relation for which there is a choice."""


def _field(kind: str) -> str:
    return f"relation_policies-{kind}"


def _words(programme: Programme) -> Iterator[str]:
    policies = policies_from(programme.relation_policies)
    for policy, words in POLICY_WORDS.items():
        kinds = [str(KINDS[kind]) for kind in CHOSEN if policies[kind] is policy]
        if kinds:
            yield _("%(policy)s: %(kinds)s", policy=words, kinds=", ".join(kinds))
    yield _("Who treats someone, is their family or was in a complaint with them never shares a group with them.")


def _values(programme: Programme) -> dict[str, str]:
    policies = policies_from(programme.relation_policies)
    return {_field(kind): policies[kind].value for kind in CHOSEN}


def _read(form: Form, programme: Programme) -> Programme:
    policies = dict(policies_from(programme.relation_policies))
    for kind, choices in CHOSEN.items():
        policies[kind] = form.choice(_field(kind), {policy.value: policy for policy in choices})
    return replace(programme, relation_policies=chosen_from(policies))


def _shows(_programme: Programme) -> Mapping[str, object]:
    return {"chosen": CHOSEN, "questions": QUESTIONS, "policy_words": POLICY_WORDS}


RELATIONS = Section(
    "relations",
    lazy_gettext("Relations between people"),
    _words,
    _values,
    _read,
    _field("supervises"),
    _shows,
)
