"""What a change of rules or clocks would do to published sessions, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.publishing.rehearsal import SessionThen
from web.coordinator.between import Told
from web.language import day_and_time, ngettext
from web.language import gettext as _


def told_of_sessions(sessions: Sequence[SessionThen], zone: str) -> Iterator[Told]:
    """Sessions that are lost, lose somebody, or could go ahead, those that matter most first."""
    lost = [each for each in sessions if each.is_lost]
    fewer = [each for each in sessions if each.unable and not each.is_lost]
    won = [each for each in sessions if each.is_won]
    if lost:
        sentence = ngettext(
            "%(num)s published session would no longer go ahead: too few residents or facilitators can come.",
            "%(num)s published sessions would no longer go ahead: too few residents or facilitators can come.",
            len(lost),
        )
        yield Told(sentence, [_with_names(each, zone) for each in lost])
    if fewer:
        sentence = ngettext(
            "%(num)s published session would go ahead with fewer people.",
            "%(num)s published sessions would go ahead with fewer people.",
            len(fewer),
        )
        yield Told(sentence, [_with_names(each, zone) for each in fewer])
    if won:
        sentence = ngettext(
            "%(num)s published session to which too few can come would go ahead.",
            "%(num)s published sessions to which too few can come would go ahead.",
            len(won),
        )
        yield Told(sentence, [_when(each, zone) for each in won])


def _when(each: SessionThen, zone: str) -> str:
    return _("%(group)s, %(when)s", group=each.group_name, when=day_and_time(each.starts_at, zone))


def _with_names(each: SessionThen, zone: str) -> str:
    if not each.unable:
        return _when(each, zone)
    return _(
        "%(group)s, %(when)s: %(names)s can’t come", group=each.group_name, when=day_and_time(each.starts_at, zone),
        names=", ".join(each.unable),
    )  # fmt: skip
