"""Why somebody is in a group and why a group meets when it does, in words that can be read out on the telephone.

The first paragraph has two to four spoken sentences. Nothing is said of rules that may be somebody's secret but one
sentence, which is always there: a sentence that came and went would tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from scheduler.decisions.model import AboutPlan, Basis, ByHand, GroupWithRoom, OtherLead, OtherPlace, PersonDecision
from scheduler.decisions.not_planned import WhyNot
from scheduler.plans.model import Group, PlanState
from scheduler.reasons.sentences import against_groups_words, group_reason, step_words
from solvers.reasons.facts import ForOthers, Step
from solvers.vocabulary import IN_PERSON
from web.coordinator.setup.matters import MATTER_NAMES
from web.language import gettext as _
from web.language import lazy_gettext, mode_name, ngettext, short_day, signed

ATTENDING: Final = lazy_gettext("Residents who can come")


def basis_sentence(about: AboutPlan, zone: str) -> str:
    """By which facts this was looked at."""
    if about.basis is Basis.GONE and about.state is PlanState.SUPERSEDED:
        return _(
            "This plan was replaced, and what it was made from is no longer there. You see who was in which group, and "
            "when it met."
        )
    if about.basis is Basis.GONE:
        return _("Every round has finished, so there is nothing left to compare. You see what the plan says.")
    if about.basis is Basis.AS_MADE:
        made = short_day(about.created_at, zone)
        return _("This plan was replaced. You see what was known when it was made, on %(day)s.", day=made)
    return _(
        "This is based on what we know today. The plan was made on %(day)s.", day=short_day(about.created_at, zone)
    )


def changed_sentence(decision: PersonDecision) -> str:
    """That their answers are others than those that the plan was made with."""
    return ngettext(
        "Since then, their availability for %(num)s of these sessions has changed.",
        "Since then, their availability for %(num)s of these sessions has changed.",
        decision.changed,
    )


# --- a person ------------------------------------------------------------------------------------------------------


def person_spoken(decision: PersonDecision, zone: str) -> str:
    """Why they are there, to be read out."""
    return " ".join(_person(decision, zone))


def leave_sentence(decision: PersonDecision) -> str:
    """That they are away, and until when: it comes before everything else, since nothing else counts while they are."""
    assert decision.leave is not None, "only of who has leave"
    first, last = decision.leave
    if last is None:
        return _(
            "%(name)s is on long leave from %(first)s, with no end yet.", name=decision.name, first=short_day(first)
        )
    return _(
        "%(name)s is on long leave from %(first)s to %(last)s.",
        name=decision.name,
        first=short_day(first),
        last=short_day(last),
    )


def _person(decision: PersonDecision, zone: str) -> Iterator[str]:
    if decision.leave is not None:
        yield leave_sentence(decision)
    for group in decision.groups:
        yield _in_group(decision, group)
    if not decision.is_resident:
        yield from _facilitator(decision)
        return
    if not decision.groups:
        yield _("%(name)s has no group in this plan.", name=decision.name)
        if decision.not_planned is not None:
            yield not_planned_sentence(decision.not_planned)
        if decision.by_hand is not None:
            yield taken_out_sentence(decision.by_hand, zone)
        yield from _without(decision)
        return
    if decision.by_hand is not None:
        yield by_hand_sentence(decision.by_hand, zone)
    if decision.is_own_group:
        yield _("They and the others formed this group themselves, so the planner had no say in who is in it.")
        return
    yield from filter(None, (_fits(decision), _elsewhere(decision), _wishes(decision)))


def _in_group(decision: PersonDecision, group: Group) -> str:
    member = next((one for one in (*group.residents, *group.facilitators) if one.person_id == decision.person_id), None)
    if member is None or not group.sessions:
        return _("%(name)s is in %(group)s, which has no sessions yet.", name=decision.name, group=group.name)
    is_compared = decision.plan.state is not PlanState.PUBLISHED and decision.held == len(group.sessions)
    can = decision.can if is_compared and decision.is_resident else member.can_come
    values = {"name": decision.name, "group": group.name, "can": can}
    if member in group.facilitators:
        return ngettext(
            "%(name)s facilitates %(group)s and comes to %(can)s of its %(num)s session.",
            "%(name)s facilitates %(group)s and comes to %(can)s of its %(num)s sessions.",
            len(group.sessions),
            **values,
        )
    return ngettext(
        "%(name)s is in %(group)s and can come to %(can)s of its %(num)s session.",
        "%(name)s is in %(group)s and can come to %(can)s of its %(num)s sessions.",
        len(group.sessions),
        **values,
    )


def _facilitator(decision: PersonDecision) -> Iterator[str]:
    if not decision.groups:
        yield _("%(name)s facilitates no group in this plan.", name=decision.name)
    if not decision.models:
        yield _("They haven’t offered to lead any kind of group that this programme has.")
        return
    yield ngettext(
        "They offered to lead one group, of these kinds: %(kinds)s.",
        "They offered to lead %(num)s groups at most, of these kinds: %(kinds)s.",
        decision.capacity,
        kinds=", ".join(decision.models),
    )
    if decision.leads:
        best = decision.leads[0]
        yield _(
            "As far as we can say, they could also lead %(group)s, and come to %(can)s of its %(all)s sessions.",
            group=best.group,
            can=best.can,
            all=best.held,
        )


def _fits(decision: PersonDecision) -> str:
    """That the group is of a kind, and meets in a way, that they accept."""
    group = decision.groups[0]
    accepts = group.model in decision.models, group.mode in decision.modes
    if all(accepts):
        return _("They accept this kind of group, and meeting %(mode)s.", mode=mode_name(group.mode))
    if accepts[0] and decision.by_call and group.mode == IN_PERSON:
        return _("They accept this kind of group. It meets in person, and they join it by call.")
    if accepts[0]:
        return _("It meets %(mode)s, which isn’t a way that they chose.", mode=mode_name(group.mode))
    return _("It’s of the kind “%(model)s”, which they didn’t choose.", model=group.model)


def _elsewhere(decision: PersonDecision) -> str:
    if decision.plan.basis is Basis.GONE or not decision.held:
        return ""
    better = decision.better
    if better is not None:
        return better_sentence(better)
    if decision.can == decision.held:
        return _("That is every session, so no other group could give them more.")
    if decision.places:
        return _("No other group that could take them would let them come to more.")
    if decision.is_needed:
        return _("Without them their group could not go on, and nobody elsewhere could take their place.")
    return _("No other group has a place that fits them.")


def better_sentence(place: OtherPlace) -> str:
    """Where they could come to more, and what that would cost."""
    gain = _gain(place)
    if place.others.fewer or place.others.lost:
        return _("%(gain)s, but %(cost)s.", gain=gain, cost=others_words(place.others))
    return _("%(gain)s, and nobody else could come to fewer, so it may be worth trying.", gain=gain)


def _gain(place: OtherPlace) -> str:
    if place.exchange_id is None:
        return ngettext(
            "In %(group)s they could come to %(num)s more session",
            "In %(group)s they could come to %(num)s more sessions",
            place.more,
            group=place.group,
        )
    return ngettext(
        "By exchanging places with someone in %(group)s they could come to %(num)s more session",
        "By exchanging places with someone in %(group)s they could come to %(num)s more sessions",
        place.more,
        group=place.group,
    )


def _wishes(decision: PersonDecision) -> str:
    if not decision.wishes:
        return ""
    return ngettext(
        "Of the wishes that you may know of, %(met)s of %(num)s is met.",
        "Of the wishes that you may know of, %(met)s of %(num)s are met.",
        len(decision.wishes),
        met=sum(decision.wishes.values()),
    )


def _without(decision: PersonDecision) -> Iterator[str]:
    if decision.plan.basis is Basis.GONE:
        return
    if decision.places:
        yield could_take_sentence(decision.places[0].group)
    elif decision.against:
        yield _("None of the groups can take them: %(reasons)s.", reasons=against_groups_words(decision.against))
    if not decision.places and decision.ways_in:
        yield _("What would help: %(step)s.", step=step_words(decision.ways_in[0].shown))


# --- what it would do to others ------------------------------------------------------------------------------------


def more_words(place: OtherPlace) -> str:
    """To how many sessions more or fewer they could come."""
    if not place.more:
        return _("as many as now")
    if place.more > 0:
        return ngettext("%(num)s more", "%(num)s more", place.more)
    return ngettext("%(num)s fewer", "%(num)s fewer", -place.more)


def others_words(others: ForOthers) -> str:
    """``2 others could come to 3 fewer sessions, 1 session could no longer be held``."""
    return ", ".join(_others(others))


def others_sentence(others: ForOthers) -> str:
    """The same as a sentence, also where nothing changes."""
    words = others_words(others)
    return _("For the others: %(words)s.", words=words) if words else _("Nothing changes for the others.")


def _others(others: ForOthers) -> Iterator[str]:
    if others.fewer:
        sessions = ngettext("%(num)s fewer session", "%(num)s fewer sessions", others.fewer_sessions)
        yield _reach(others.fewer, sessions)
    if others.more:
        yield _reach(others.more, ngettext("%(num)s more session", "%(num)s more sessions", others.more_sessions))
    if others.lost:
        yield ngettext(
            "%(num)s session could no longer be held", "%(num)s sessions could no longer be held", others.lost
        )


def _reach(people: int, sessions: str) -> str:
    return ngettext(
        "%(num)s other could come to %(sessions)s",
        "%(num)s others could come to %(sessions)s altogether",
        people,
        sessions=sessions,
    )


def points_words(points: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """What the planner counts, by kind: for whoever wants it."""
    names = {**MATTER_NAMES, "attend": ATTENDING}
    return tuple((str(names[kind]), signed(value)) for kind, value in points.items() if kind in names)


def wish_words(kind: str) -> str:
    """What a wish was for."""
    names = {
        "model": _("the kind of group they like best"),
        "mode": _("the way to meet they like best"),
        "travel": _("meeting at their own site"),
        "regroup": _("staying in the group they had"),
    }
    return names[kind]


def by_hand_sentence(hand: ByHand, zone: str) -> str:
    """Who put them there, and where the planner had them."""
    values = {"by": hand.by or _("A coordinator")}
    if hand.at is None:
        return _("%(by)s put them there by hand.", **values)
    values["day"] = short_day(hand.at, zone)
    if not hand.group_before:
        return _("%(by)s put them there by hand on %(day)s; the planner had no group for them.", **values)
    return _(
        "%(by)s put them there by hand on %(day)s; the planner had them in %(group)s.",
        group=hand.group_before,
        **values,
    )


def lead_words(one: OtherLead) -> str:
    """``in place of Gil Spare; they could come to 3 of 3 sessions``."""
    comes = _("they could come to %(can)s of %(all)s sessions", can=one.can, all=one.held)
    return f"{_in_whose_place(one)}; {comes}"


def _in_whose_place(one: OtherLead) -> str:
    if one.instead_of:
        return _("in place of %(name)s", name=one.instead_of)
    return _("as well as those who lead it") if one.is_led else _("nobody leads it now")


def taken_out_sentence(hand: ByHand, zone: str) -> str:
    """Who took them out of which group, and when."""
    assert hand.at is not None, "that somebody was taken out is known from the history alone"
    return _(
        "%(by)s took them out of %(group)s by hand on %(day)s.",
        by=hand.by or _("A coordinator"),
        group=hand.group_before,
        day=short_day(hand.at, zone),
    )


def could_take_sentence(group: str) -> str:
    """Which group may have a place for somebody who has none."""
    return _("As far as we can say, %(group)s could take them, so it may be worth trying.", group=group)


def dropped_sentence(hand: ByHand, round_: int, zone: str) -> str:
    """Who took the session of a round (from 0) out, and when."""
    assert hand.at is not None, "that a session was taken out is known from the history alone"
    return _(
        "%(by)s took the session of round %(number)s out by hand on %(day)s.",
        by=hand.by or _("A coordinator"),
        number=round_ + 1,
        day=short_day(hand.at, zone),
    )


def not_planned_sentence(why: WhyNot) -> str:
    """Why no plan was to give somebody a group."""
    match why:
        case WhyNot.NOT_INVITED:
            return _("They haven’t been invited yet, and only people who said yes are planned.")
        case WhyNot.NOT_ANSWERED:
            return _("They haven’t answered their invitation, and only people who said yes are planned.")
        case WhyNot.ON_LEAVE:
            return _("They’re on long leave for the whole term, so they aren’t planned.")
        case WhyNot.NOT_YET:
            return _("They weren’t planned: when this plan was made, they hadn’t said yes or weren’t in the programme.")
        case WhyNot.SINCE:
            return _("They weren’t planned: they joined, said yes or came back after this plan was made.")


def room_words(one: GroupWithRoom) -> str:
    """``2 places free; they could come to 5 of 6 sessions. Their grade doesn’t fit with the others’ in Group 7.``"""
    free = ngettext("%(num)s place free", "%(num)s places free", one.free)
    comes = _("they could come to %(can)s of %(all)s sessions", can=one.can, all=one.held)
    room = f"{free}; {comes}"
    return f"{room}. {group_reason(one.against, one.group)}" if one.against else room


def step_sentence(step: Step[str]) -> str:
    """What to do, as a sentence."""
    return _("%(step)s.", step=step_words(step))


def days_words(days: Mapping[date, str]) -> str:
    """``25 Dec 2026 (Christmas Day), …``."""
    return ", ".join(_("%(day)s (%(name)s)", day=short_day(day), name=name) for day, name in days.items())
