"""The one table of rules: of each, by its id, how freely it may be spoken of and every text that says it.

Each hard rule of the planner has one entry, and so have the few that the programme has beside. Whatever page, refusal
or explanation speaks of a rule takes its words from here (``broken``, ``sentences``), so that a rule is called the same
everywhere and one that is nobody's business is named nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from scheduler.languages import mark, mark_many
from solvers import rules


class ProgrammeRule(StrEnum):
    """Rules that the planner need not know, as no plan of it can break them."""

    PASSED = "passed"
    """A date of a draft has passed or begun since."""
    HOURS = "hours"
    """Nobody gives more hours than the programme asks for."""
    PAUSED = "paused"
    """A group that pauses doesn't meet."""
    CLOSED_DAY = "closed_day"
    """No group meets on a day on which the programme doesn't."""


class RuleKind(StrEnum):
    """How freely a rule may be spoken of where it is broken, and whether a draft may break it for a while."""

    PRIVATE = "private"
    """About safety, or about what somebody keeps to themselves: never named, nor whose they are. A draft is told only
    that one is broken, not even in which group; and only once no other is."""
    HALF_WAY = "half_way"
    """Ordinary: a draft may break it while somebody is at work on it, and is not published before it holds."""
    ACCEPTED = "accepted"
    """What people accept and offer: a coordinator knows it, and puts nobody where they would not go."""
    STAYING = "staying"
    """What is to stay as it is."""
    OF_FORM = "of_form"
    """What makes a plan a plan."""
    OF_PROGRAMME = "of_programme"
    """What no plan of the planner's can break."""


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """A rule that keeps somebody out of groups: of all of them with what would help, of the one they were in, and of so
    many, within a sentence."""

    groups: str = ""
    way_out: str = ""
    group: str = ""
    counted: tuple[str, str] = mark_many("%(num)s group can’t take them", "%(num)s groups can’t take them")


@dataclass(frozen=True, slots=True)
class DateWords:
    """A rule that stands against a date, within a sentence: of one date with what would help, of so many dates, and of
    one with figures, by how many it takes."""

    date: str = ""
    way_out: str = ""
    counted: tuple[str, str] = mark_many("%(num)s date isn’t possible", "%(num)s dates aren’t possible")
    figures: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class RuleWords:
    """All that is said of a rule.

    ``heading`` is what it asks for; rules of one heading share a line where all are listed. ``broken`` says that it is
    broken, without a full stop unless it takes two sentences; ``too_few`` and ``too_many`` say so with figures. Who it
    is about is told where the words have a place for a name. ``section`` is that of the programme's settings in which
    the rule is set.
    """

    kind: RuleKind
    heading: str
    broken: str
    too_few: str = ""
    too_many: str = ""
    section: str = ""
    places: PlaceWords = PlaceWords()
    dates: DateWords = DateWords()

    @property
    def of_people(self) -> bool:
        """Whether it may be told of whom it is."""
        return "%(name)s" in self.broken


def _private(places: PlaceWords) -> RuleWords:
    """Which of them is broken is told to nobody, so they are all broken in the same words. What they say of ``places``
    is for ``rounds explain`` of the files that somebody has; no page says it."""
    return RuleWords(
        RuleKind.PRIVATE,
        mark("Safety, and what people asked for themselves"),
        mark("A rule about safety or someone’s own wishes stands against it. Which, and whose, isn’t shown to anyone."),
        places=places,
    )


_APART: Final = _private(
    PlaceWords(
        mark("Every group that would fit includes someone they should not share a group with."),
        mark("One more facilitator, or one more group, would help."),
    )
)
_LED: Final = mark("Every group has its facilitators, and they can come")
_AHEAD: Final = mark("Every date is still ahead and at a time for sessions")
_ACCEPTED: Final = mark("Everyone accepts the kind of group they are in, and the way it meets")
_ONE_PLACE: Final = mark("Everyone in a group takes part, and has one place")
_STAYS: Final = mark("Everything that was pinned has stayed")
_STAYING: Final = mark("%(group)s is pinned")
_ROOM: Final = mark("Every session in person has a room that is free and large enough")
_NO_ROOM: Final = DateWords(
    mark("no room there is both free and large enough"),
    mark("One more room there would help, or meeting by video."),
    mark_many("no room is free on %(num)s date", "no room is free on %(num)s dates"),
)
_FACILITATOR_AWAY: Final = mark_many(
    "their facilitators can’t come on %(num)s date", "their facilitators can’t come on %(num)s dates"
)
_ONE_MORE_THAT_DAY: Final = mark("One more facilitator on that day would help.")

RULES: Final[Mapping[str, RuleWords]] = MappingProxyType(
    {
        rules.QUORUM: RuleWords(
            RuleKind.HALF_WAY,
            mark("Enough people can come to every session"),
            mark("Too few people can come to %(group)s"),
            too_few=mark("Too few people can come to %(group)s: %(have)s of %(of)s, and it takes %(needed)s"),
            section="running",
            places=PlaceWords(
                mark("Their rota clashes with every group: with them, too few could come to some of its sessions."),
                mark("Swapping a duty, or meeting with fewer, would help."),
                mark("With them, too few members of %(group)s could come to some of its sessions."),
            ),
            dates=DateWords(
                mark("too few of its residents can come"),
                mark("Swapping a duty, or meeting with fewer, would help."),
                mark_many("too few could come on %(num)s date", "too few could come on %(num)s dates"),
                mark_many(
                    "only %(have)s of %(of)s can come and %(num)s is needed",
                    "only %(have)s of %(of)s can come and %(num)s are needed",
                ),
            ),
        ),
        rules.FACILITATORS: RuleWords(
            RuleKind.HALF_WAY,
            _LED,
            mark("%(group)s doesn’t have the facilitators that its kind of group asks for"),
            mark("%(group)s has too few facilitators: %(have)s instead of at least %(needed)s"),
            mark("%(group)s has too many facilitators: %(have)s instead of at most %(needed)s"),
            section="kinds",
            places=PlaceWords(
                mark("A new group would need a facilitator, and none has a place left."),
                mark("One more facilitator would help."),
                mark("%(group)s is short of a facilitator."),
            ),
        ),
        rules.ACCOMPANIED: RuleWords(
            RuleKind.HALF_WAY,
            mark("No one is led by someone who supervises or assesses them without another facilitator from elsewhere"),
            mark(
                "%(name)s has power over someone in %(group)s, and no other facilitator from elsewhere is beside them"
            ),
            places=PlaceWords(
                mark("The groups that would fit have no second facilitator from elsewhere, which they would need."),
                mark("One more facilitator from another site would help."),
                mark("%(group)s has no second facilitator from elsewhere, which they would need."),
                mark_many(
                    "%(num)s group has no second facilitator from elsewhere",
                    "%(num)s groups have no second facilitator from elsewhere",
                ),
            ),
        ),
        rules.PRESENT: RuleWords(
            RuleKind.HALF_WAY,
            _LED,
            mark("Too few facilitators can come to %(group)s"),
            too_few=mark("Too few facilitators can come to %(group)s: %(have)s, and it takes %(needed)s"),
            section="kinds",
            dates=DateWords(mark("too few of its facilitators can come"), _ONE_MORE_THAT_DAY, _FACILITATOR_AWAY),
        ),
        rules.FACILITATOR_FREE: RuleWords(
            RuleKind.HALF_WAY, _LED, mark("%(name)s facilitates %(group)s and can’t come then"), section="kinds"
        ),
        rules.CAPACITY: RuleWords(
            RuleKind.HALF_WAY,
            _LED,
            mark("%(name)s has more groups than they offered"),
            too_many=mark("%(name)s has more groups than they offered: %(have)s instead of %(needed)s"),
            section="kinds",
            places=PlaceWords(
                mark("The facilitators who would fit already lead as many groups as they offered."),
                mark("One more facilitator, or one more group, would help."),
            ),
        ),
        rules.ATTENDING: RuleWords(
            RuleKind.HALF_WAY,
            _LED,
            mark("Someone who doesn’t facilitate %(group)s is to lead a session of it"),
            section="kinds",
        ),
        rules.GROUP_SIZE: RuleWords(
            RuleKind.HALF_WAY,
            mark("Every group has the size that its kind asks for"),
            mark("%(group)s doesn’t have the size that its kind of group asks for"),
            mark("%(group)s has too few residents: %(have)s instead of at least %(needed)s"),
            mark("%(group)s has too many residents: %(have)s instead of at most %(needed)s"),
            section="kinds",
            places=PlaceWords(
                mark("The groups that would fit are full, and too few residents are left to form a new one."),
                mark("Allowing larger groups, or smaller ones, would help."),
                mark("%(group)s is full, or has too few members left."),
                mark_many("%(num)s group is full", "%(num)s groups are full"),
            ),
        ),
        rules.STAGE_SPREAD: RuleWords(
            RuleKind.HALF_WAY,
            mark("The grades in a group are as far apart as its kind asks for"),
            mark("The grades in %(group)s aren’t as far apart as its kind of group asks for"),
            mark("The grades in %(group)s are too close: %(have)s apart instead of at least %(needed)s"),
            mark("The grades in %(group)s are too far apart: %(have)s instead of at most %(needed)s"),
            section="kinds",
            places=PlaceWords(
                mark("No group with a free place is close enough to their grade."),
                mark("Allowing a wider range of grades would help."),
                mark("Their grade doesn’t fit with the others’ in %(group)s."),
                mark_many("%(num)s group doesn’t fit their grade", "%(num)s groups don’t fit their grade"),
            ),
        ),
        rules.GAP: RuleWords(
            RuleKind.HALF_WAY,
            mark("The sessions of a group are far enough apart"),
            mark("Two dates of %(group)s are too close together"),
            too_few=mark("Two dates of %(group)s are too close: %(have)s days apart instead of at least %(needed)s"),
            section="running",
            dates=DateWords(
                mark("another session of the group is too close"),
                mark("Allowing sessions to be closer together would help."),
                mark_many(
                    "%(num)s date is too close to another session", "%(num)s dates are too close to another session"
                ),
            ),
        ),
        ProgrammeRule.PASSED: RuleWords(
            RuleKind.OF_PROGRAMME, _AHEAD, mark("A date of this draft has passed or begun"), section="rounds"
        ),
        rules.SLOT_OF_ROUND: RuleWords(
            RuleKind.HALF_WAY,
            _AHEAD,
            mark("A date of %(group)s is outside the times for sessions"),
            section="windows",
        ),
        rules.ONE_SESSION: RuleWords(
            RuleKind.HALF_WAY, _AHEAD, mark("%(group)s has two sessions in one round"), section="rounds"
        ),
        ProgrammeRule.PAUSED: RuleWords(RuleKind.OF_PROGRAMME, _AHEAD, mark("%(group)s is paused then")),
        ProgrammeRule.CLOSED_DAY: RuleWords(
            RuleKind.OF_PROGRAMME, _AHEAD, mark("The programme doesn’t meet on that day"), section="closed"
        ),
        rules.SITE: RuleWords(
            RuleKind.HALF_WAY, _ROOM, mark("%(group)s meets in person and has no site"), section="sites"
        ),
        rules.ROOM_AT_SITE: RuleWords(
            RuleKind.HALF_WAY, _ROOM, mark("%(group)s has no room at its site"), section="sites", dates=_NO_ROOM
        ),
        rules.ROOM_CAPACITY: RuleWords(
            RuleKind.HALF_WAY,
            _ROOM,
            mark("%(group)s doesn’t fit into its room"),
            too_many=mark("%(group)s doesn’t fit into its room: %(have)s people, and the room holds %(needed)s"),
            section="sites",
            places=PlaceWords(
                mark("The rooms of the groups that would fit are full."),
                mark("A larger room would help, or meeting by video."),
                mark("The room of %(group)s is full."),
            ),
            dates=_NO_ROOM,
        ),
        rules.ROOM_FREE: RuleWords(
            RuleKind.HALF_WAY, _ROOM, mark("The room of %(group)s can’t be used then"), section="sites", dates=_NO_ROOM
        ),
        rules.ROOM_OVERLAP: RuleWords(
            RuleKind.HALF_WAY,
            _ROOM,
            mark("Another session is in the room of %(group)s then"),
            section="sites",
            dates=_NO_ROOM,
        ),
        rules.MODEL_ACCEPTED: RuleWords(
            RuleKind.ACCEPTED,
            _ACCEPTED,
            mark("%(name)s hasn’t chosen the kind of group that %(group)s is"),
            places=PlaceWords(
                mark("Only kinds of group that they did not choose have a place left."),
                mark("Ask which other kinds they would join."),
                mark("They did not choose the kind of group that %(group)s is."),
                mark_many(
                    "%(num)s group is of a kind that they didn’t choose",
                    "%(num)s groups are of kinds that they didn’t choose",
                ),
            ),
        ),
        rules.MODEL_OFFERED: RuleWords(
            RuleKind.ACCEPTED, _ACCEPTED, mark("%(name)s doesn’t offer the kind of group that %(group)s is")
        ),
        rules.MODE_ACCEPTED: RuleWords(
            RuleKind.ACCEPTED,
            _ACCEPTED,
            mark("With %(group)s, %(name)s would meet in a way that they haven’t chosen"),
            places=PlaceWords(
                mark("The groups that would fit meet in a way that they did not choose."),
                mark("Ask whether they would meet another way too."),
                mark("%(group)s meets in a way that they did not choose."),
                mark_many(
                    "%(num)s group meets in a way that they didn’t choose",
                    "%(num)s groups meet in ways that they didn’t choose",
                ),
            ),
        ),
        rules.KNOWN: RuleWords(RuleKind.HALF_WAY, _ONE_PLACE, mark("Someone in %(group)s no longer takes part")),
        rules.ROLE: RuleWords(
            RuleKind.OF_FORM, _ONE_PLACE, mark("A resident facilitates %(group)s, or a facilitator is a resident of it")
        ),
        rules.ONCE: RuleWords(RuleKind.OF_FORM, _ONE_PLACE, mark("Someone is in %(group)s twice")),
        rules.ONE_GROUP: RuleWords(
            RuleKind.OF_FORM, _ONE_PLACE, mark("%(name)s is in %(group)s and in another group as well")
        ),
        rules.GROUP_ID: RuleWords(RuleKind.OF_FORM, _ONE_PLACE, mark("Two groups are stored as one")),
        rules.BOUND: RuleWords(
            RuleKind.OF_FORM, _ONE_PLACE, mark("The plan is worth more than was proved to be possible")
        ),
        rules.PIN_KEPT: RuleWords(RuleKind.STAYING, _STAYS, _STAYING),
        rules.PIN_MEMBERS: RuleWords(
            RuleKind.STAYING,
            _STAYS,
            _STAYING,
            places=PlaceWords(
                mark("The groups that would fit are pinned."),
                mark("Taking one of the pins away would help."),
                mark("%(group)s is pinned."),
                mark_many("%(num)s group is pinned", "%(num)s groups are pinned"),
            ),
        ),
        rules.PIN_ROUNDS: RuleWords(RuleKind.STAYING, _STAYS, _STAYING),
        rules.PERSON_OVERLAP: RuleWords(
            RuleKind.HALF_WAY,
            mark("No one is in two places at once"),
            mark("%(name)s, in %(group)s, has another session at that time"),
            dates=DateWords(mark("its facilitators have another session then"), _ONE_MORE_THAT_DAY, _FACILITATOR_AWAY),
        ),
        ProgrammeRule.HOURS: RuleWords(
            RuleKind.OF_PROGRAMME,
            mark("No one is asked for more hours than the programme allows"),
            mark("%(name)s would give more hours to mentoring than the programme allows"),
            section="running",
        ),
        rules.CONFLICT: _APART,
        rules.AVOIDS: _APART,
        rules.COMPANY_REQUIRED: _private(
            PlaceWords(
                mark("They asked never to be the only one of something, and would be in every group that would fit."),
                mark("Someone else like that, or a facilitator, would help."),
            )
        ),
        rules.EXTERNAL_REQUIRED: _private(
            PlaceWords(
                mark(
                    "They asked for facilitators from other sites only, and the groups that would fit do not have them."
                ),
                mark("One more facilitator from another site would help."),
            )
        ),
    }
)
"""In the order in which pages list them."""
