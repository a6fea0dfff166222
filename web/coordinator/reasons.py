"""Why a plan lacks what it lacks, and what would help, in sentences for its coordinator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from babel.dates import get_day_names

from scheduler.plans.model import Plan, Unmet, Unplaced
from scheduler.plans.reasons import Help, Missed, Moved
from web.language import clock_time, lazy_gettext, locale, mode_name, ngettext, number, percent, short_day
from web.language import gettext as _

MOST_REASONS = 2
MOST_WISHES = 12


@dataclass(frozen=True, slots=True)
class Way:
    """What stands in the way, and the way out of it."""

    reason: str
    out: str


_MORE_GROUPS = lazy_gettext("One more facilitator, or one more group, would help.")
_APART = Way(
    lazy_gettext("The groups that would fit have somebody in them with whom they may not share one."), _MORE_GROUPS
)
_ROOM = Way(
    lazy_gettext("there is no room that is free and large enough"),
    lazy_gettext("One more room there would help, or meeting by video."),
)

WITHOUT_GROUP: Mapping[str, Way] = {
    "group_size": Way(
        lazy_gettext("The groups that would fit are full, and too few others are left for a new one."),
        lazy_gettext("Larger groups, or a smaller least size, would help."),
    ),
    "stage_spread": Way(
        lazy_gettext("Nobody whose level fits has a place left beside them."),
        lazy_gettext("A wider span of levels would help."),
    ),
    "facilitators": Way(
        lazy_gettext("A new group would need a facilitator, and none has a place left."),
        lazy_gettext("One more facilitator would help."),
    ),
    "capacity": Way(lazy_gettext("The facilitators who would fit lead all the groups they offered."), _MORE_GROUPS),
    "model_accepted": Way(
        lazy_gettext("Other kinds of group have a place, and they do not accept those."),
        lazy_gettext("Ask which they would take."),
    ),
    "mode_accepted": Way(
        lazy_gettext("The groups that would fit meet in a way that they do not accept."),
        lazy_gettext("Ask whether they would meet another way too."),
    ),
    # Whether one of them asked for it or a relation does is told to nobody.
    **dict.fromkeys(("conflict", "avoids"), _APART),
    "external_required": Way(
        lazy_gettext("They ask for facilitators of other sites only, and the groups that would fit have others."),
        lazy_gettext("One more facilitator of another site would help."),
    ),
    "quorum": Way(
        lazy_gettext("Their rota fits the dates of no group: with them, too few could come to some of its sessions."),
        lazy_gettext("Swapping a duty, or meeting with fewer, would help."),
    ),
    "room_capacity": Way(
        lazy_gettext("The rooms of the groups that would fit hold nobody more."),
        lazy_gettext("A larger room would help, or meeting by video."),
    ),
    "pin_members": Way(
        lazy_gettext("The groups that would fit were asked to stay as they are."),
        lazy_gettext("Opening one of them would help."),
    ),
}

MISSED: Mapping[str, Way] = {
    "gap": Way(
        lazy_gettext("another session of the group is too near"),
        lazy_gettext("Letting sessions lie closer together would help."),
    ),
    "present": Way(
        lazy_gettext("too few of its facilitators can come"),
        lazy_gettext("One more facilitator on that day would help."),
    ),
    "person_overlap": Way(
        lazy_gettext("its facilitators have another session then"),
        lazy_gettext("One more facilitator on that day would help."),
    ),
    **dict.fromkeys(("room_at_site", "room_capacity", "room_free", "room_overlap"), _ROOM),
}

STEPS: Mapping[str, str] = {
    "gap": lazy_gettext("Sessions of a group %(value)s days apart instead of %(instead_of)s"),
    "room": lazy_gettext("One more room at %(subject)s"),
    "facilitator": lazy_gettext("One more facilitator for %(subject)s"),
    "larger": lazy_gettext("%(subject)s with up to %(value)s residents"),
    "smaller": lazy_gettext("%(subject)s with %(value)s residents or more"),
    "farther": lazy_gettext("%(subject)s with levels up to %(value)s apart"),
    "nearer": lazy_gettext("%(subject)s with levels only %(value)s apart"),
    "accept_mode": lazy_gettext("%(subject)s agreeing to meet %(what)s"),
    "accept_model": lazy_gettext("%(subject)s agreeing to %(what)s"),
}

QUORUM_OUT = lazy_gettext("Swapping a duty, or meeting with fewer, would help.")


def unplaced_sentence(missing: Unplaced) -> str:
    """What keeps somebody out of every group, and the way out."""
    known = [rule_id for rule_id in missing.in_the_way if rule_id in WITHOUT_GROUP]
    ways = list(dict.fromkeys(WITHOUT_GROUP[rule_id] for rule_id in known))
    if not ways:
        return _("Every group that would fit would have to change. One more facilitator, or more dates, would help.")
    return " ".join(f"{way.reason} {way.out}" for way in ways[:MOST_REASONS])


def missed_sentence(missed: Missed, zone: str) -> str:
    """Why a round is missed: the date on which least stands against it, and the way out."""
    if missed.nearest is None:
        return _("Round %(number)s has no date left. More windows would help.", number=missed.round + 1)
    when = _("%(day)s, %(time)s", day=short_day(missed.nearest, zone), time=clock_time(missed.nearest, zone))
    reasons = tuple(against_date(missed))
    if not reasons:
        return _("Round %(number)s could be on %(when)s. %(out)s", number=missed.round + 1, when=when, out=_out(missed))
    return _(
        "Round %(number)s comes nearest on %(when)s: %(reasons)s. %(out)s",
        number=missed.round + 1,
        when=when,
        reasons=", ".join(reasons),
        out=_out(missed),
    )


def against_date(date: Missed | Moved) -> Iterator[str]:
    """What stands against the date on which a round comes nearest, or against the one that it had."""
    for rule_id in date.in_the_way:
        if rule_id == "quorum":
            yield ngettext(
                "%(can)s of %(all)s can come, %(num)s is needed",
                "%(can)s of %(all)s can come, %(num)s are needed",
                date.needed,
                can=date.can_come,
                all=date.residents,
            )
        elif rule_id in MISSED:
            yield str(MISSED[rule_id].reason)


def _out(missed: Missed) -> str:
    if not missed.in_the_way:
        better = missed.gain is not None and missed.gain > 0
        return _("Planning for longer may add it.") if better else _("It would cost the group more than it brings.")
    first = missed.in_the_way[0]
    return MISSED[first].out if first in MISSED else QUORUM_OUT


def help_sentence(step: Help) -> str:
    """``Meeting when 50 % can come instead of 60 %: 11 more sessions.``"""
    return _("%(step)s: %(gain)s.", step=_step(step), gain=_gain(step.sessions, step.residents))


def together_sentence(plan: Plan) -> str:
    """What all of it buys."""
    return _("Together: %(gain)s.", gain=_gain(plan.advice.sessions, plan.advice.residents))


def _gain(sessions: int, residents: int) -> str:
    more = ngettext("%(num)s more session", "%(num)s more sessions", sessions)
    placed = ngettext("%(num)s more resident with a group", "%(num)s more residents with a group", residents)
    if sessions and residents:
        return _("%(sessions)s and %(residents)s", sessions=more, residents=placed)
    return placed if residents else more


def _step(step: Help) -> str:
    if step.kind == "quorum":
        new, old = percent(step.value), percent(step.instead_of)
        return _("Meeting when %(new)s of a group can come instead of %(old)s", new=new, old=old)
    if step.kind == "facilitators_on":
        day = get_day_names(locale=locale())[int(step.what)]
        return ngettext(
            "%(num)s more facilitator who can come on a %(day)s",
            "%(num)s more facilitators who can come on a %(day)s",
            int(step.value),
            day=day,
        )
    values = {
        "subject": step.subject,
        "what": mode_name(step.what),
        "value": number(step.value),
        "instead_of": number(step.instead_of),
    }
    return str(STEPS[step.kind]) % values


def unmet_sentence(unmet: Unmet) -> str:
    """A wish, whose it is, and what meeting it would have cost."""
    return _("%(name)s: %(wish)s. %(price)s", name=unmet.name, wish=_wish(unmet), price=_price(unmet.wish.cost))


def _price(cost: int | None) -> str:
    if cost is None:
        return _("No exchange that allows it was found.")
    if cost <= 0:
        return _("It would have cost nothing: planning for longer may meet it.")
    return ngettext("The plan would have lost %(num)s point.", "The plan would have lost %(num)s points.", cost)


def _wish(unmet: Unmet) -> str:
    wishes = {
        "want": _("to be with %(name)s", name=unmet.about),
        "choice": _("a facilitator of their choice"),
        "model": _("the kind of group they like best"),
        "mode": _("to meet %(mode)s", mode=mode_name(unmet.wish.subject)),
        "interest": _("somebody who shares an interest in %(topic)s", topic=unmet.wish.subject),
        "alone": _("not to be the only one of something"),
        "external": _("facilitators of other sites"),
        "travel": _("to meet at their own site"),
        "regroup": _("to stay in the group they had"),
    }
    return wishes[unmet.wish.kind]
