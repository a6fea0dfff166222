"""What the checks find, in words for a coordinator: names of people and groups, and no secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from babel.lists import format_list

from scheduler.charters.disclosures import line
from scheduler.equity.fairness import Aspect, Measure
from scheduler.languages import locale, mark, say, say_many
from scheduler.people.model import RelationKind
from scheduler.preflight.model import Check, Cut, Finding, Item, Light, Stand
from scheduler.programmes.model import Programme

CHECKS: Final[Mapping[Check, str]] = {
    Check.SAFETY: mark("Safety"),
    Check.POWER: mark("Power"),
    Check.ACCESS: mark("Access"),
    Check.FAIRNESS: mark("Fairness"),
}
ITEMS: Final[Mapping[Item, str]] = {
    Item.CHARTER: mark("The charter is adopted"),
    Item.CONTACTS: mark("There are two oversight contacts"),
    Item.SIGNPOSTS: mark("Members’ pages say where to find help"),
    Item.CODE: mark("Every facilitator has signed the code of conduct"),
    Item.TRAINING: mark("Every facilitator’s training is in date"),
    Item.LED_ALONE: mark("Nobody leads a group alone who’d rather not"),
    Item.JOB_PLAN: mark("Nobody facilitates for more hours than their job plan has"),
    Item.RELATION: mark("Nobody is in a group with someone who has power over them"),
    Item.ACCOMPANIED: mark("Where a reason is on record, another facilitator from elsewhere is at every session"),
    Item.DISCLOSED: mark("No facilitator sponsors or advises someone in their group"),
    Item.OFFICES: mark("Everyone has two independent contacts to turn to"),
    Item.SAID_YES: mark("Everyone who is planned has said yes"),
    Item.WAY_TO_MEET: mark("Everyone can meet in the way their group does"),
    Item.NEVER_THERE: mark("Everyone can come to at least one session of their group"),
    Item.WITHOUT_GROUP: mark("Everyone who said yes has a group"),
    Item.WORSE_OFF: mark("Nobody is worse off for their grade, site or hours"),
}
"""What each item is called: what is so where it is green."""
_OF_PERSON: Final[Mapping[Item, str]] = {
    Item.CODE: mark("%(name)s leads %(group)s and has not signed the code of conduct."),
    Item.TRAINING: mark("%(name)s leads %(group)s without training that is in date."),
    Item.LED_ALONE: mark("%(name)s would lead %(group)s alone, and would rather not."),
    Item.RELATION: mark("%(name)s and %(other)s are both in %(group)s, and one has power over the other."),
    Item.ACCOMPANIED: mark(
        "%(name)s and %(other)s would meet in %(group)s without another facilitator from elsewhere."
    ),
    Item.SAID_YES: mark("%(name)s is in %(group)s and has not said yes."),
    Item.WAY_TO_MEET: mark("%(name)s does not meet in the way that %(group)s does."),
    Item.NEVER_THERE: mark("%(name)s can come to none of the sessions of %(group)s."),
}


def check_words(check: Check) -> str:
    """``Safety``."""
    return say(CHECKS[check])


def item_words(item: Item) -> str:
    """What is so where the item is right."""
    return say(ITEMS[item])


def light_words(light: Light) -> str:
    """A light in a word, for people who do not see its colour."""
    return {Light.GREEN: say("in order"), Light.AMBER: say("worth a look"), Light.RED: say("needs you")}[light]


def finding_words(finding: Finding, names: Mapping[int, str], programme: Programme) -> str:
    """One finding as a sentence."""
    item = finding.item
    if item is Item.CHARTER:
        return say("The programme has no charter yet.")
    if item is Item.SIGNPOSTS:
        return say("No counselling service, occupational health or crisis line has been entered yet.")
    if item is Item.CONTACTS:
        return say_many(
            "One more contact is needed, so that everyone has a choice.",
            "%(num)s more contacts are needed, so that everyone has a choice.",
            finding.level,
        )
    if item is Item.OFFICES:
        return _office_words(finding, names)
    if item is Item.WITHOUT_GROUP:
        return _without_group_words(finding)
    if item is Item.JOB_PLAN:
        return say_many(
            "%(name)s would facilitate for %(num)s hour more a year than the job plan has.",
            "%(name)s would facilitate for %(num)s hours more a year than the job plan has.",
            finding.level,
            name=names.get(finding.person_id or 0, ""),
        )
    if finding.cut is not None:
        return _cut_words(finding.cut, programme)
    if finding.told is not None:
        return _told_words(finding.told, finding, names)
    name, other = (names.get(each or 0, "") for each in (finding.person_id, finding.other_id))
    return say(_OF_PERSON[item], name=name, other=other, group=finding.group)


def _told_words(kind: RelationKind, finding: Finding, names: Mapping[int, str]) -> str:
    name, other = (names.get(each or 0, "") for each in (finding.person_id, finding.other_id))
    return say(
        "%(name)s would facilitate %(group)s with %(other)s. The group’s page and charter will say: “%(line)s”",
        name=name,
        other=other,
        group=finding.group,
        line=line(kind, name, other),
    )


def _office_words(finding: Finding, names: Mapping[int, str]) -> str:
    name = names.get(finding.person_id or 0, "")
    if finding.subject.startswith("both:"):
        return say("%(name)s is an oversight contact and, by the same name, a coordinator.", name=name)
    return say(
        "%(name)s has fewer than two contacts who are neither in %(group)s nor have power over them.",
        name=name,
        group=finding.group,
    )


def _without_group_words(finding: Finding) -> str:
    if finding.subject == "told":
        return say_many(
            "%(num)s person who said yes has no group. The plan says why, and their page says so.",
            "%(num)s people who said yes have no group. The plan says why, and their pages say so.",
            finding.level,
        )
    return say_many(
        "%(num)s person has said yes since this draft was made and is not in it.",
        "%(num)s people have said yes since this draft was made and are not in it.",
        finding.level,
    )


def _cut_words(cut: Cut, programme: Programme) -> str:
    """Without figures: of few people they could be told from them."""
    who, points = _people_words(cut, programme), programme.conduct.fairness_points
    if cut.measure is Measure.PLACED:
        return say("%(who)s: fewer of them have a place, by more than %(points)s points in a hundred.", who=who,
                   points=points)  # fmt: skip
    return say("%(who)s: they can come to fewer of their sessions than the others, by more than %(points)s points in a "
               "hundred.", who=who, points=points)  # fmt: skip


def _people_words(cut: Cut, programme: Programme) -> str:
    if cut.aspect is Aspect.HOURS:
        return say("People who work part-time")
    if cut.aspect is Aspect.NIGHTS:
        return say("People who work nights")
    if cut.aspect is Aspect.SITE:
        name = next((site.name for site in programme.sites if site.id == cut.value), "")
        return say("Residents at %(site)s", site=name)
    grade = next((grade.name for grade in programme.grades if grade.stage == cut.value), "")
    return say("Residents of grade %(grade)s", grade=grade or cut.value)


def red_words(stands: Iterable[Stand]) -> str:
    """The items by what they are called, as a list."""
    return format_list([say("“%(item)s”", item=item_words(each.item)) for each in stands], locale=locale())
