"""The e-mail that tells a coordinator what is new: one line and one link for each thing, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from scheduler.db import Db
from scheduler.desk.items import Item, ItemKind
from scheduler.invitations.letters import Recipient
from scheduler.languages import in_language, say, say_many
from scheduler.mail.greeting import greeting
from scheduler.mail.model import Letter
from scheduler.mail.moments import long_time, short_time
from scheduler.people.model import OPERATOR
from scheduler.plans.tables import PlanRow
from scheduler.programmes.model import Programme
from scheduler.troubles.service import get_troubles
from scheduler.troubles.trouble_view import Trouble
from scheduler.troubles.wording import pill

MOST: Final = 10
"""So many troubles are listed; of the others there is the number."""


@dataclass(frozen=True, slots=True)
class News:
    """What a letter tells of: troubles, the worst first, and which are worse than told; drafts by id and
    number, failed runs; else counts."""

    troubles: tuple[Trouble, ...]
    drafts: tuple[tuple[int, int], ...]
    failed: tuple[int, ...]
    requests: int
    dates: int
    worse: frozenset[int] = frozenset()
    rotas: int = 0

    @property
    def total(self) -> int:
        """How many things there are."""
        return len(self.troubles) + len(self.drafts) + len(self.failed) + self.requests + self.dates + self.rotas


def load_news(
    db: Db, programme_id: int, items: Sequence[Item], now: datetime, worse: frozenset[int] = frozenset()
) -> News:
    """What these things are, as they stand now; of the troubles, these are told for another time."""

    def of(kind: ItemKind) -> list[int]:
        return [item.number for item in items if item.kind is kind]

    troubles = get_troubles(db, OPERATOR, programme_id, of(ItemKind.TROUBLE), now)
    plans = select(PlanRow.id, PlanRow.number).where(PlanRow.id.in_(of(ItemKind.DRAFT))).order_by(PlanRow.id)
    drafts = tuple((plan_id, number) for plan_id, number in db.execute(plans))
    return News(
        troubles,
        drafts,
        tuple(sorted(of(ItemKind.FAILED))),
        len(of(ItemKind.REQUEST)),
        len(of(ItemKind.DATE)),
        worse,
        len(of(ItemKind.ROTA)),
    )


def letter(
    programme: Programme, to: Recipient, news: News, base_url: str, *, urgent: bool, stop_url: str = ""
) -> Letter:
    """The letter, in its reader's language and on their clock; ``stop_url`` ends such letters in one tap."""
    here = f"{base_url}/programmes/{programme.id}"
    with in_language(to.language):
        subject = say_many(
            "%(programme)s: %(num)s thing needs you",
            "%(programme)s: %(num)s things need you",
            news.total,
            programme=programme.name,
        )
        opening = say("This is new, and needs you:")
        paragraphs = (
            greeting(to.name),
            opening,
            *_lines(programme, to, news, here),
            *_closing(here, base_url, stop_url),
        )
    return Letter(to.address, subject, "\n\n".join(paragraphs) + "\n", urgent=urgent, stop_url=stop_url)


def _lines(programme: Programme, to: Recipient, news: News, here: str) -> Iterator[str]:
    for trouble in news.troubles[:MOST]:
        told = _trouble(programme, to, trouble)
        worse = say("This is worse than when we last wrote.")
        yield f"{f'{told} {worse}' if trouble.id in news.worse else told}\n{here}/troubles/{trouble.id}"
    rest = len(news.troubles) - MOST
    if rest > 0:
        more = say_many("And %(num)s more thing is in trouble:", "And %(num)s more things are in trouble:", rest)
        yield f"{more}\n{here}/troubles"
    if news.requests:
        asked = say_many(
            "%(num)s person has a request: to change their answers, or for another group.",
            "%(num)s people have a request: to change their answers, or for another group.",
            news.requests,
        )
        yield f"{asked}\n{here}/joining#requests"
    if news.dates:
        wanted = say_many(
            "%(num)s date that a group would like is waiting for your decision.",
            "%(num)s dates that groups would like are waiting for your decision.",
            news.dates,
        )
        yield f"{wanted}\n{here}/dates"
    if news.rotas:
        fetched = say_many(
            "%(num)s rota that was fetched is waiting for you.",
            "%(num)s rotas that were fetched are waiting for you.",
            news.rotas,
        )
        yield f"{fetched}\n{here}/rotas#waiting"
    for plan_id, number in news.drafts:
        ready = say("Draft %(number)s is ready for you to read.", number=number)
        yield f"{ready}\n{here}/plans/{plan_id}"
    for run_id in news.failed:
        told = say("A plan could not be made. What happened, and what to do:")
        yield f"{told}\n{here}/runs/{run_id}"


def _trouble(programme: Programme, to: Recipient, trouble: Trouble) -> str:
    """Which group and session, what is wrong in few words, and until when it can be settled freely."""
    clock = to.clock(programme.id, programme.zone)
    about = trouble.group_name
    if trouble.session:
        when = long_time(trouble.session.starts_at, trouble.session.ends_at, programme.zone, clock)
        about = say("%(group)s, %(when)s", group=about, when=when)
    told = say("%(about)s: %(what)s.", about=about, what=pill(trouble))
    if trouble.settle_by and not trouble.is_late:
        by_when = say("Settle it by %(when)s.", when=short_time(trouble.settle_by, clock))
        told = f"{told} {by_when}"
    return told


def _closing(here: str, base_url: str, stop_url: str) -> Iterator[str]:
    everything, how_often = say("Everything that needs you:"), say("Choose how often we e-mail you about this:")
    yield f"{everything}\n{here}"
    yield f"{how_often}\n{base_url}/account/mail#desk"
    if stop_url:
        stop = say("Stop these e-mails about this programme:")
        yield f"{stop}\n{stop_url}"
