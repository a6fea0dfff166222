"""Why a group meets on a day, or misses a round, in words that can be read out on the telephone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scheduler.coordination.history import Entry
from scheduler.decisions.model import Basis, OtherDate, SessionDecision, WayToMeet
from scheduler.reasons.sentences import date_reason, step_words
from solvers import rules
from solvers.reasons.facts import Obstacle
from web.coordinator.why_words import dropped_sentence
from web.language import day_and_time, ngettext, short_day
from web.language import gettext as _

MOST_NAMED = 3


def session_spoken(decision: SessionDecision, zone: str) -> str:
    """Why it is on that day, or not held at all, to be read out."""
    return " ".join(_missed(decision, zone) if decision.starts_at is None else _held(decision, zone))


def _held(decision: SessionDecision, zone: str) -> Iterator[str]:
    assert decision.starts_at is not None, "a session that is held has a date"
    yield ngettext(
        "%(group)s meets on %(when)s, and %(can)s of its %(num)s resident can come.",
        "%(group)s meets on %(when)s, and %(can)s of its %(num)s residents can come.",
        decision.size,
        group=decision.group,
        when=day_and_time(decision.starts_at, zone),
        can=len(decision.coming),
    )
    if decision.is_unled:
        yield _("No facilitator can come then, so it won’t be held as things stand.")
    if decision.by_hand is not None:
        yield by_hand_date_sentence(decision, zone)
    if decision.since_published:
        yield since_sentence(decision.since_published[0], zone)
    if decision.missing:
        yield absent_sentence(decision.missing)
    if decision.is_over:
        yield _("That session has begun or has passed, so its date stays.")
    elif decision.plan.basis is not Basis.GONE:
        yield best_sentence(decision, zone)


def changed_sentence(decision: SessionDecision) -> str:
    """That others can come than when the plan was made."""
    return ngettext(
        "Since then, the availability of %(num)s of them has changed.",
        "Since then, the availability of %(num)s of them has changed.",
        decision.changed,
    )


def since_sentence(entry: Entry, zone: str) -> str:
    """What was changed of a session after it was published, when and by whom; its group is not told apart."""
    values = {"day": short_day(entry.at, zone), "what": entry.sentence, "by": entry.by}
    if not entry.by:
        return _("Changed by the group on %(day)s: %(what)s", **values)
    return _("Changed by %(by)s on %(day)s: %(what)s", **values)


def by_hand_date_sentence(decision: SessionDecision, zone: str) -> str:
    """Who set the date."""
    assert decision.by_hand is not None, "only what was set by hand has who did it"
    by = decision.by_hand.by or _("A coordinator")
    if decision.by_hand.at is None:
        return _("%(by)s set this date by hand.", by=by)
    return _("%(by)s set this date by hand on %(day)s.", by=by, day=short_day(decision.by_hand.at, zone))


def absent_sentence(names: Sequence[str]) -> str:
    """Who cannot come, by name where they are few."""
    if len(names) > MOST_NAMED:
        return ngettext("%(num)s can’t come then.", "%(num)s of them can’t come then.", len(names))
    return _("%(names)s can’t come then.", names=joined(names))


def best_sentence(decision: SessionDecision, zone: str) -> str:
    """How the date compares with the others of its round."""
    better = decision.better
    if better is None and not decision.possible:
        return _("No other date in this round works.")
    if better is None and decision.is_usual:
        return _("No other date in this round suits more of them, and it is their usual day and time.")
    if better is None:
        return _("No other date in this round suits more of them.")
    values = {"when": day_and_time(better.starts_at, zone), "num": better.can}
    if decision.is_usual and not better.is_usual:
        return _("On %(when)s, %(num)s of them could come, but this is their usual day and time.", **values)
    return _("On %(when)s, %(num)s of them could come, so it may be worth trying.", **values)


def _missed(decision: SessionDecision, zone: str) -> Iterator[str]:
    yield _(
        "%(group)s doesn’t meet in round %(number)s, between %(first)s and %(last)s.",
        group=decision.group,
        number=decision.round + 1,
        first=short_day(decision.first_day),
        last=short_day(decision.last_day),
    )
    if decision.by_hand is not None:
        yield dropped_sentence(decision.by_hand, decision.round, zone)
    if decision.plan.basis is Basis.GONE:
        return
    if decision.possible:
        best = decision.possible[0]
        yield _(
            "Nothing that may be told stands against %(when)s, when %(can)s of %(all)s could come, so it may be "
            "worth trying.",
            when=day_and_time(best.starts_at, zone),
            can=best.can,
            all=decision.size,
        )
        return
    if decision.nearest:
        yield nearest_sentence(decision.nearest[0], zone)
    else:
        yield _("The round has no date left for it.")
    if decision.ways:
        yield way_sentence(decision.ways[0], decision, zone)
    elif decision.nearest:
        yield _("More than one thing stands against every date, so no single change would give it a session.")


def nearest_sentence(one: OtherDate, zone: str) -> str:
    """The date with least against it, and what that is."""
    when = day_and_time(one.starts_at, zone)
    return _("The nearest would be %(when)s, but %(reasons)s.", when=when, reasons=reasons_words(one.obstacles))


def way_sentence(way: WayToMeet, decision: SessionDecision, zone: str) -> str:
    """``If they met when 3 of 6 can come, there would be a session on Tuesday 9 March, 12:30.``"""
    when = day_and_time(way.starts_at, zone)
    if way.obstacle.rule_id == rules.QUORUM:
        return _(
            "If they met when %(can)s of %(all)s can come, there would be a session on %(when)s.",
            can=way.obstacle.have,
            all=decision.size,
            when=when,
        )
    return _("%(step)s: that alone would give them a session on %(when)s.", step=step_words(way.shown), when=when)


def reasons_words(obstacles: Iterable[Obstacle]) -> str:
    """What stands against a date, without a full stop."""
    return ", ".join(map(date_reason, obstacles))


def rhythm_words(decision: SessionDecision) -> str:
    """How far the session is from those before and after it."""
    parts = []
    if decision.since is not None:
        parts.append(ngettext("%(num)s day after the one before", "%(num)s days after the one before", decision.since))
    if decision.until is not None:
        parts.append(ngettext("%(num)s day before the next", "%(num)s days before the next", decision.until))
    return ", ".join(parts)


def change_words(one: OtherDate) -> str:
    """Who could come then and cannot now, and the other way round."""
    parts = []
    if one.gained:
        parts.append(_("could come then: %(names)s", names=", ".join(one.gained)))
    if one.lost:
        parts.append(_("could not: %(names)s", names=", ".join(one.lost)))
    return "; ".join(parts) or _("the same people")


def joined(names: Sequence[str]) -> str:
    """``Ann, Bo and Cy``."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1])
