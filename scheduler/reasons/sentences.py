"""What people read about why a plan is as it is, put together from the texts of ``rule_words`` and ``wording``.

Said in the language spoken now, to the coordinator, to a resident about their own wishes, and by ``rounds explain``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from babel.dates import get_day_names
from babel.numbers import format_decimal

from scheduler.languages import locale, say, say_many, short_moment
from scheduler.reasons.named_rules import NAMED
from scheduler.reasons.rule_words import RULES, DateWords, PlaceWords
from scheduler.reasons.wording import MODES, STEPS, WISHES
from solvers import rules
from solvers.reasons.facts import (
    WEEKDAYS,
    Gain,
    MissedSession,
    MovedSession,
    Obstacle,
    Regrouped,
    Relaxed,
    Step,
    StepKind,
    Unplaced,
    WishOutcome,
    rule_ids,
)
from solvers.vocabulary import CAN

MOST_REASONS: Final = 2
"""More reasons than this against one thing help nobody."""

MOST_WISHES: Final = 12
"""More wishes than this are counted rather than listed."""

A_SEAT: Final = cast(Mapping[str, int], rules.POINT_RULE["attend"].default)[CAN]
"""The usual points for one resident who can come to one session."""


# --- what stands in the way ----------------------------------------------------------------------------------------


def unplaced_sentence(unplaced: Unplaced[Any]) -> str:
    """What keeps somebody out of every group, and the way out; nothing of what people keep to themselves."""
    told = [rule_id for rule_id in rule_ids(unplaced.obstacles) if rule_id in NAMED]
    known = [words for rule_id in told if (words := _places(rule_id)).groups]
    ways = list(dict.fromkeys(f"{say(words.groups)} {say(words.way_out)}" for words in known))
    if not ways:
        return say("We don’t know of a single reason. “Why?” shows what else was looked at.")
    return " ".join(ways[:MOST_REASONS])


def missed_sentence(missed: MissedSession[datetime], zone: str, *, is_changed: bool = False) -> str:
    """Why a round is missed: the date on which least stands against it, and the way out. Of a plan that ``is_changed``
    by hand the planner did not leave it out, so it is not said that planning for longer would add it."""
    number = missed.round + 1
    if missed.slot is None:
        return say("Round %(number)s has no date left. More windows would help.", number=number)
    when, out = short_moment(missed.slot, zone), _way_out(missed, is_changed=is_changed)
    reasons = _against_date(missed.obstacles)
    if not reasons:
        return say("Round %(number)s could be on %(when)s. %(out)s", number=number, when=when, out=out)
    best = say("The best date for round %(number)s would be %(when)s, but %(reasons)s.",
               number=number, when=when, reasons=reasons)  # fmt: skip
    return f"{best} {out}"


def _way_out(missed: MissedSession[datetime], *, is_changed: bool) -> str:
    if missed.obstacles:
        return say(_dates(missed.obstacles[0].rule_id).way_out or _dates(rules.QUORUM).way_out)
    if missed.gain is not None and missed.gain > 0 and is_changed:
        return say("You can set that date by hand.")
    if missed.gain is not None and missed.gain > 0:
        return say("Planning for longer may add it.")
    return say("It would cost the group more than it brings.")


def staying_sentence(group: str, why: Regrouped[Any]) -> str:
    """Why somebody is not in the group, given by its name, that they were in."""
    told = [rule_id for rule_id in why.in_the_way if rule_id in NAMED]
    ways = dict.fromkeys(say(words.group, group=group) for id_ in told if (words := _places(id_)).group)
    if ways:
        return " ".join(list(ways)[:MOST_REASONS])
    if told:
        return say("%(group)s would have to change.", group=group)
    # The same for what people keep to themselves as for what nobody knows.
    if why.cost is None:
        return say("No way for them to stay was found.")
    if why.cost <= 0:
        return say("As far as we can say, staying would have cost nothing.")
    return say("Staying would have cost the plan %(cost)s.", cost=cost_words(why.cost))


def old_date_sentence(why: MovedSession[datetime]) -> str:
    """Why a session is not on the date that it had."""
    if reasons := _against_date(why.obstacles):
        return say("On the old date, %(reasons)s.", reasons=reasons)
    if why.cost is None:
        return say("The programme no longer offers the old date.")
    if why.cost <= 0:
        return say("Keeping the old date would have cost nothing: planning for longer may keep it.")
    return say("Keeping the old date would have cost the plan %(cost)s.", cost=cost_words(why.cost))


def groups_reason(obstacle: Obstacle) -> str:
    """What stands between somebody and every group; the rule itself where there are no words for that."""
    words = _places(obstacle.rule_id).groups
    return say(words or RULES[obstacle.rule_id].heading)


def group_reason(rule_id: str, group: str) -> str:
    """What keeps somebody out of one group, given by its name; empty where there are no words for that."""
    words = _places(rule_id).group
    return say(words, group=group) if words else ""


def against_groups_words(against: Iterable[Obstacle]) -> str:
    """``12 groups are full; 30 groups don’t fit their grade``."""
    return "; ".join(say_many(*_places(one.rule_id).counted, one.places) for one in against)


def against_dates_words(against: Iterable[Obstacle]) -> str:
    """``too few could come on 12 dates; no room is free on 3 dates``."""
    return "; ".join(say_many(*_dates(one.rule_id).counted, one.places) for one in against)


def date_reason(obstacle: Obstacle) -> str:
    """What stands against a date, without a full stop; the rule itself where there are no words for that."""
    return _date_reason(obstacle) or say(RULES[obstacle.rule_id].heading)


def _against_date(obstacles: Iterable[Obstacle]) -> str:
    return ", ".join(filter(None, map(_date_reason, obstacles)))


def _date_reason(obstacle: Obstacle) -> str:
    words = _dates(obstacle.rule_id)
    if obstacle.needed and all(words.figures):
        return say_many(*words.figures, int(obstacle.needed), have=obstacle.have, of=obstacle.of)
    return say(words.date) if words.date else ""


def _places(rule_id: str) -> PlaceWords:
    return RULES[rule_id].places


def _dates(rule_id: str) -> DateWords:
    return RULES[rule_id].dates


# --- what would help -----------------------------------------------------------------------------------------------


def help_sentence(found: Relaxed[str]) -> str:
    """``Meeting when 50 % can come instead of 60 %: 11 more sessions.``"""
    return say("%(step)s: %(gain)s.", step=step_words(found.step), gain=gain_words(found.gain))


def together_sentence(gain: Gain) -> str:
    """What all of it buys."""
    return say("Together: %(gain)s.", gain=gain_words(gain))


def gain_words(gain: Gain) -> str:
    """The sessions and residents that something buys."""
    held = say_many("%(num)s more session", "%(num)s more sessions", gain.sessions)
    placed = say_many("%(num)s more resident with a group", "%(num)s more residents with a group", gain.residents)
    if gain.sessions and gain.residents:
        return say("%(sessions)s and %(residents)s", sessions=held, residents=placed)
    return placed if gain.residents else held


def step_words(step: Step[str]) -> str:
    """What to do, without a full stop."""
    if step.kind is StepKind.FACILITATORS_ON:
        return say_many(
            "%(num)s more facilitator who can come on a %(day)s",
            "%(num)s more facilitators who can come on a %(day)s",
            int(step.value),
            day=get_day_names(locale=locale())[WEEKDAYS.index(step.what)],
        )
    if step.kind is StepKind.NEARER and step.value == 0:
        return say("%(subject)s in which everyone may be of one grade", subject=step.subject)
    return say(
        STEPS[step.kind],
        subject=step.subject,
        what=_mode(step.what),
        value=_number(step.value),
        instead_of=_number(step.instead_of),
        share=_percent(step.value),
        share_before=_percent(step.instead_of),
    )


# --- what something costs ------------------------------------------------------------------------------------------


def cost_words(points: int) -> str:
    """Points in the one currency that everybody knows: ``about as much as 2 residents each missing a session``."""
    missed = round(points / A_SEAT)
    if not missed:
        return say("less than one resident missing a session")
    return say_many(
        "about as much as one resident missing a session",
        "about as much as %(num)s residents each missing a session",
        missed,
    )


# --- wishes --------------------------------------------------------------------------------------------------------


def unmet_sentence(wish: WishOutcome[str]) -> str:
    """For the coordinator: a wish, whose it is, and what meeting it would have cost."""
    words = say(WISHES[wish.kind].wish, subject=_mode(wish.subject))
    return say("%(name)s: %(wish)s. %(price)s", name=wish.person, wish=words, price=_price(wish.cost))


def _price(cost: int | None) -> str:
    if cost is None:
        return say("No exchange that allows it was found.")
    if cost <= 0:
        return say("As far as we can say, it would have cost nothing.")
    return say("It would have cost the plan %(cost)s.", cost=cost_words(cost))


@dataclass(frozen=True, slots=True)
class OwnWishes:
    """For a resident, in a few warm words: wishes that came true, and those that did not."""

    met: tuple[str, ...]
    unmet: tuple[str, ...]


def own_wish_sentences(wishes: Iterable[WishOutcome[str]]) -> OwnWishes:
    """Every wish in its place; a wish whose outcome is not told is heard, and stands among those that came true."""
    all_wishes = tuple(wishes)
    return OwnWishes(
        tuple(_own_met(wish) for wish in all_wishes if wish.met is not False),
        tuple(_own_unmet(wish) for wish in all_wishes if wish.met is False),
    )


def _own_met(wish: WishOutcome[str]) -> str:
    return say(WISHES[wish.kind].met, subject=_mode(wish.subject))


def _own_unmet(wish: WishOutcome[str]) -> str:
    """Nothing here tells about anybody else's wishes."""
    what = say(WISHES[wish.kind].unmet, subject=_mode(wish.subject))
    if wish.cost is not None:
        return say("%(what)s Changing that would have cost others their dates or wishes.", what=what)
    return say("%(what)s We found no way to have that and a group that can meet.", what=what)


# --- as they are read ----------------------------------------------------------------------------------------------


def _mode(subject: str) -> str:
    """A way to meet as people say it; whatever else it is stays."""
    return say(MODES[subject]) if subject in MODES else subject


def _number(value: float) -> str:
    return format_decimal(value, locale=locale())


def _percent(share: float) -> str:
    return say("%(number)s %%", number=round(share * 100))
