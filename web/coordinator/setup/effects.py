"""What a change would do to what is published, as the page between says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scheduler.programmes.model import Programme
from scheduler.publishing.programme_effects import EffectKind, Effects, Rule
from web.coordinator.between import Told
from web.language import day_and_time, lazy_gettext, ngettext
from web.language import gettext as _

RULE_NAMES = {
    Rule.SIZE: lazy_gettext("how many residents"),
    Rule.SPREAD: lazy_gettext("how far apart their grades are"),
    Rule.FACILITATORS: lazy_gettext("how many facilitators"),
}


def must_be_asked(effects: Effects) -> bool:
    """Whether somebody should see this before it is done."""
    return bool(effects.touches_published or effects.drafts or effects.stranded or effects.unfillable)


def besides(effects: Effects) -> Iterator[str]:
    """What holds for all of it."""
    if effects.sessions:
        yield _("Published sessions stay where they are until you or their groups move them.")
    if effects.needing_somebody:
        yield _("You find them under “Needs you”.")


def told_before(effects: Effects, wanted: Programme) -> Iterator[Told]:
    """Each effect with counts and names, what matters most first."""
    for kind, sentence in _SESSIONS.items():
        if found := effects.of_kind(kind):
            names = [
                _("%(group)s, %(when)s", group=each.group_name, when=day_and_time(each.starts_at, wanted.zone))
                for each in found
            ]
            yield Told(sentence(len(found), wanted), names)
    if effects.groups:
        sentence_of_groups = ngettext(
            "%(num)s published group doesn’t keep the new rules. It stays together as it is.",
            "%(num)s published groups don’t keep the new rules. They stay together as they are.",
            len(effects.groups),
        )
        names = [
            _(
                "%(group)s: %(rules)s",
                group=each.group_name,
                rules=", ".join(str(RULE_NAMES[rule]) for rule in each.rules),
            )
            for each in effects.groups
        ]
        yield Told(sentence_of_groups, names)
    if effects.drafts:
        yield Told(
            ngettext(
                "%(num)s draft that nobody has seen is deleted, because it has groups of a kind you remove.",
                "%(num)s drafts that nobody has seen are deleted, because they have groups of a kind you remove.",
                effects.drafts,
            )
        )
    if effects.stranded:
        yield Told(
            ngettext(
                "%(num)s resident then accepts no kind of group. Ask them to choose again, or they can’t be planned.",
                "%(num)s residents then accept no kind of group. Ask them to choose again, or they can’t be planned.",
                effects.stranded,
            )
        )
    if effects.accepting:
        yield Told(_accepting(effects.accepting))
    if effects.renumbered:
        yield Told(_("Rounds are numbered anew. Sessions that are published stay in theirs."))
    if effects.people:
        yield Told(_people(effects.people))
    yield from (Told(fault.text) for fault in effects.warnings)


def told_after(effects: Effects) -> Iterator[str]:
    """What has happened besides being saved."""
    count = len(effects.needing_somebody)
    if count:
        yield ngettext("%(num)s published session now needs you.", "%(num)s published sessions now need you.", count)
    if effects.people:
        yield ngettext(
            "We’ve worked out again when %(num)s person can come.",
            "We’ve worked out again when %(num)s people can come.",
            effects.people,
        )
    if effects.accepting:
        yield _accepting(effects.accepting)
    yield from (fault.text for fault in effects.warnings)


def _accepting(count: int) -> str:
    return ngettext(
        "The new kind of group is open to %(num)s resident who hasn’t chosen yet and accepts all others.",
        "The new kind of group is open to %(num)s residents who haven’t chosen yet and accept all others.",
        count,
    )


def _people(count: int) -> str:
    return ngettext(
        "We work out again when %(num)s person can come.", "We work out again when %(num)s people can come.", count
    )


def _closed(count: int, _wanted: Programme) -> str:
    return ngettext(
        "%(num)s published session is on a closed day then.",
        "%(num)s published sessions are on closed days then.",
        count,
    )


def _round(count: int, _wanted: Programme) -> str:
    return ngettext(
        "%(num)s published session is outside its round then.",
        "%(num)s published sessions are outside their rounds then.",
        count,
    )


def _window(count: int, _wanted: Programme) -> str:
    return ngettext(
        "%(num)s published session is outside the times for sessions then.",
        "%(num)s published sessions are outside the times for sessions then.",
        count,
    )


def _quorum(count: int, _wanted: Programme) -> str:
    return ngettext(
        "%(num)s published session would no longer go ahead: too few can come.",
        "%(num)s published sessions would no longer go ahead: too few can come.",
        count,
    )


def _gap(count: int, wanted: Programme) -> str:
    return ngettext(
        "%(num)s published session is less than %(days)s days after the one before then. “Repair” looks for "
        "other dates.",
        "%(num)s published sessions are less than %(days)s days after the one before then. “Repair” looks for "
        "other dates.",
        count,
        days=wanted.min_gap_days,
    )


def _first(count: int, _wanted: Programme) -> str:
    return ngettext(
        "%(num)s published first session is later than it should be then. It is held all the same.",
        "%(num)s published first sessions are later than they should be then. They are held all the same.",
        count,
    )


def _room(count: int, _wanted: Programme) -> str:
    return ngettext("%(num)s published session loses its room.", "%(num)s published sessions lose their rooms.", count)


def _length(count: int, wanted: Programme) -> str:
    return ngettext(
        "%(num)s published session keeps its length. New sessions last %(minutes)s minutes.",
        "%(num)s published sessions keep their length. New sessions last %(minutes)s minutes.",
        count,
        minutes=wanted.session_minutes,
    )


_SESSIONS: dict[EffectKind, Callable[[int, Programme], str]] = {
    EffectKind.CLOSED: _closed,
    EffectKind.ROUND: _round,
    EffectKind.WINDOW: _window,
    EffectKind.QUORUM: _quorum,
    EffectKind.GAP: _gap,
    EffectKind.FIRST: _first,
    EffectKind.ROOM: _room,
    EffectKind.LENGTH: _length,
}
