"""What a cover list says in a mail: who is to be released when, first what is other than the time before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from scheduler.cover.model import Difference, Line, Wanted
from scheduler.cover.ways import Ways, ways_sentence
from scheduler.languages import say, say_many
from scheduler.mail.greeting import greeting
from scheduler.mail.moments import day_in_words
from scheduler.voices.releases import SiteRate

MOST_IN_TEXT: Final = 200
"""So many lines of each kind stand in the text; the table has them all."""


def letter_text(
    name: str, wanted: Wanted, lines: Sequence[Line], told: Difference, ways: Ways, rates: Sequence[SiteRate] = ()
) -> str:
    """The whole letter. ``ways`` are what its times include, ``rates`` what people of these sites said so far."""
    days = say("from %(first)s to %(last)s", first=day_in_words(wanted.first_day), last=day_in_words(wanted.last_day))
    if lines:
        who = say("Here is who needs to be released for mentoring %(days)s.", days=days)
        opening = f"{who} {ways_sentence(ways)}".rstrip()
    else:
        opening = say("Nobody on your rotas needs to be released for mentoring %(days)s.", days=days)
    parts = [greeting(name), opening, *_news(told, lines)]
    if lines:
        parts += [_listed(say("Everyone"), lines), say("The same list is attached as a table.")]
    parts += [words for rate in rates if (words := _rate_words(rate))]
    parts.append(say("If someone can’t be released, please reply, so that their session can be planned another way."))
    return "\n\n".join(parts) + "\n"


def _rate_words(rate: SiteRate) -> str:
    if rate.share is None:
        return ""
    return say(
        "Of those on duty at %(site)s who have told us since, %(yes)s of %(needed)s were really released.",
        site=rate.site,
        yes=rate.yes,
        needed=rate.yes + rate.no,
    )


def _news(told: Difference, lines: Sequence[Line]) -> Iterator[str]:
    if told.nothing:
        if lines:
            yield say("Nothing has changed since we last wrote.")
        return
    if len(told.new) < len(lines) and told.new:
        yield _listed(say("New since we last wrote"), told.new)
    if told.changed:
        yield _listed(say("Changed since we last wrote"), told.changed)
    if told.over:
        yield _listed(say("No longer needed"), told.over)


def _listed(heading: str, lines: Sequence[Line]) -> str:
    shown = [_sentence(line) for line in lines[:MOST_IN_TEXT]]
    rest = len(lines) - len(shown)
    if rest:
        shown.append(say_many("… and %(num)s more in the table", "… and %(num)s more in the table", rest))
    return "\n".join([heading, *(f"- {each}" for each in shown)])


def _sentence(line: Line) -> str:
    until = f"{line.ends:%H:%M}"
    if line.ends.date() != line.starts.date():
        until = f"{day_in_words(line.ends.date())} {until}"
    return f"{day_in_words(line.starts.date())}, {line.starts:%H:%M}–{until}: {line.name}, {line.duty}, {line.site}"
