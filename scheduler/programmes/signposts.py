"""Signposts to counselling, occupational health and crisis lines, as a programme's coordinator sets them.

Nothing is made up: a programme has none until its coordinator has entered them. The service itself is no help line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import delete, select

from scheduler.audit.service import record
from scheduler.db import Db, seen_once
from scheduler.errors import Fault, NotFound, NotPossible, Rejected
from scheduler.languages import mark, say
from scheduler.people.model import Actor, Role
from scheduler.programmes.model import HelpKind, Signpost
from scheduler.programmes.service import lock_programme
from scheduler.programmes.tables import SignpostRow

KINDS: Final[Mapping[HelpKind, str]] = MappingProxyType(
    {
        HelpKind.COUNSELLING: mark("Counselling"),
        HelpKind.OCCUPATIONAL: mark("Occupational health"),
        HelpKind.CRISIS: mark("In a crisis"),
        HelpKind.OTHER: mark("Other help"),
    }
)
LONGEST: Final = 120
LONGEST_ADDRESS: Final = 400
MOST: Final = 8
_NUMBER: Final = re.compile(r"\+?[0-9(][0-9 ()/.-]{1,39}")


def signposts_of(db: Db, programme_ids: Collection[int]) -> tuple[Signpost, ...]:
    """Those of these programmes, each once, in the order in which they were entered; they are for everybody."""
    wanted = tuple(sorted(programme_ids))
    if not wanted:
        return ()
    rows = select(SignpostRow).where(SignpostRow.programme_id.in_(wanted)).order_by(SignpostRow.id)
    found = seen_once(db, ("signposts", wanted), lambda: tuple(map(_value, db.scalars(rows))))
    return tuple(dict.fromkeys(found))


def add_signpost(db: Db, actor: Actor, programme_id: int, signpost: Signpost, now: datetime) -> None:
    """One more. Raises ``Rejected`` with the fields at fault, ``NotPossible`` beyond :data:`MOST`."""
    actor.must_have(programme_id, Role.COORDINATOR)
    lock_programme(db, programme_id)
    set_signposts(db, actor, programme_id, (*signposts_of(db, (programme_id,)), signpost), now)


def remove_signpost(db: Db, actor: Actor, programme_id: int, signpost_id: int, now: datetime) -> None:
    """One less."""
    actor.must_have(programme_id, Role.COORDINATOR)
    row = db.get(SignpostRow, signpost_id)
    if row is None or row.programme_id != programme_id:
        raise NotFound(say("That entry no longer exists."))
    db.delete(row)
    record(db, actor, "signposts.changed", now, programme_id)


def set_signposts(db: Db, actor: Actor, programme_id: int, signposts: Sequence[Signpost], now: datetime) -> None:
    """These and no others. Raises as :func:`add_signpost`."""
    actor.must_have(programme_id, Role.COORDINATOR)
    if faults := tuple(faults_of(signposts)):
        raise Rejected(say("Please check the fields marked below."), faults)
    if len(signposts) > MOST:
        raise NotPossible(
            say("There is room for %(most)s: people in need read no long lists.", most=MOST),
            what_to_do=say("Remove one first."),
        )
    db.execute(delete(SignpostRow).where(SignpostRow.programme_id == programme_id))
    for each in dict.fromkeys(signposts):
        db.add(
            SignpostRow(
                programme_id=programme_id, kind=each.kind, name=each.name.strip(), phone=each.phone.strip(),
                url=each.url.strip(), when=each.when.strip(),
            )
        )  # fmt: skip
        db.flush()
    record(db, actor, "signposts.changed", now, programme_id, count=len(signposts))


def faults_of(signposts: Iterable[Signpost]) -> Iterator[Fault]:
    """What is wrong with signposts, by their fields."""
    for each in signposts:
        if not each.name.strip():
            yield Fault("name", say("Enter what it is called."))
        for where, text, most in (
            ("name", each.name, LONGEST), ("when", each.when, LONGEST), ("url", each.url, LONGEST_ADDRESS)
        ):  # fmt: skip
            if len(text) > most or not text.isprintable():
                yield Fault(where, say("Please use no more than %(count)s characters.", count=most))
        if not (each.phone.strip() or each.url.strip()):
            yield Fault("phone", say("Enter a number to call, an address on the web, or both."))
        if each.phone.strip() and not _NUMBER.fullmatch(each.phone.strip()):
            yield Fault("phone", say("Enter the number as it is dialled, such as 020 7946 0123."))
        url = each.url.strip()
        if url and not (url.startswith("https://") and " " not in url):
            yield Fault("url", say("The address starts with https:// and has no spaces."))


def _value(row: SignpostRow) -> Signpost:
    return Signpost(row.kind, row.name, row.phone, row.url, row.when, row.id)
