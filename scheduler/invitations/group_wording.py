"""What e-mails say of a group itself: who came and went, where too few can come, and which dates are proposed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from scheduler.invitations.group_news import AskedDate, GroupNews, ShortSession
from scheduler.languages import say
from scheduler.mail.moments import short_time

Link = Callable[[int], str]
"""The address at which a question about a date is answered."""


def news_subject(news: Sequence[GroupNews], clocks: Callable[[int, str], str]) -> str:
    """The subject of a mail about groups alone. It names no group and nobody."""
    if len(news) != 1:
        return say("News from your mentoring groups")
    [one] = news
    zone = clocks(one.programme_id, one.zone)
    people = bool(one.left or one.gone or one.joined or one.leading)
    if one.short and not one.asked:
        return say("Too few can come: mentoring on %(when)s", when=short_time(one.short[0].starts_at, zone))
    if one.asked and not (one.short or people):
        return say("Can you make this date? Mentoring on %(when)s", when=short_time(one.asked[0].starts_at, zone))
    if people and not (one.asked or one.mended):
        return say("The people in your mentoring group have changed")
    if one.mended and not (one.asked or people):
        return say("Enough can come after all: mentoring on %(when)s", when=short_time(one.mended[0], zone))
    return say("News from your mentoring group")


def news_lines(news: GroupNews, zone: str, link: Link, page: str) -> Iterator[str]:
    """What is new in one group."""
    yield say("News from %(group)s:", group=news.group_name)
    yield from (f"- {line}" for line in _people(news))
    for short in news.short:
        yield from _short(short, zone, link, page)
    for starts_at in news.mended:
        yield "- " + say("Enough people can come on %(when)s after all.", when=short_time(starts_at, zone))
    for asked in news.asked:
        yield "- " + _suggestion(asked, zone)
        yield "  " + say("Say yes or no: %(address)s", address=link(asked.question))


def _people(news: GroupNews) -> Iterator[str]:
    yield from (say("%(name)s has left the programme and your group.", name=name) for name in news.left)
    yield from (say("%(name)s is no longer in your group.", name=name) for name in news.gone)
    yield from (say("%(name)s has joined your group.", name=name) for name in news.joined)
    yield from (say("%(name)s is your group’s facilitator now.", name=name) for name in news.leading)


def _short(short: ShortSession, zone: str, link: Link, page: str) -> Iterator[str]:
    yield "- " + say("Too few people can come on %(when)s.", when=short_time(short.starts_at, zone))
    if not short.dates:
        yield "  " + say("You can suggest another date on your own page: %(address)s", address=page)
        return
    yield "  " + say("These dates could work instead. Choose on the page behind each link:")
    for date in short.dates:
        yield "  " + say("%(when)s: %(address)s", when=short_time(date.starts_at, zone), address=link(date.question))


def _suggestion(asked: AskedDate, zone: str) -> str:
    when = short_time(asked.starts_at, zone)
    if asked.instead is None:
        return say("%(name)s suggests an extra session on %(when)s.", name=asked.by, when=when)
    old = short_time(asked.instead, zone)
    return say("%(name)s suggests %(when)s instead of %(old)s.", name=asked.by, when=when, old=old)
