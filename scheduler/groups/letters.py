"""Writing to one's group without seeing anybody's address: from the group's page, or by answering a mail about it.

Each person's mails about a group carry an address of their own to answer to. What comes there goes to whoever belongs
to the group at that moment, through the outbox, under the writer's name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from scheduler.audit.service import record
from scheduler.db import Db
from scheduler.errors import NotFound, NotPossible, Rejected
from scheduler.groups.tables import GroupLetterRow, GroupPlaceRow
from scheduler.languages import in_language, say
from scheduler.mail.addresses import TagKind, Tags
from scheduler.mail.greeting import greeting
from scheduler.mail.model import Letter
from scheduler.mail.service import coordinators_of, post
from scheduler.people.model import Actor
from scheduler.people.pauses import must_not_be_paused
from scheduler.people.tables import PersonRow
from scheduler.plans.membership import own_group_roster
from scheduler.programmes.firewall import closed_to
from scheduler.programmes.life import must_go_on
from scheduler.settings import Settings

LONGEST_LETTER: Final = 4000
MOST_A_DAY: Final = 20
"""So many letters a day may somebody write to one group: more than people do, fewer than two machines would."""
STOP_PATH: Final = "/mail/stop/"
_DAY: Final = timedelta(days=1)


def write_to_group(
    db: Db,
    settings: Settings,
    actor: Actor,
    programme_id: int,
    group_key: str,
    text: str,
    now: datetime,
    *,
    message: str | None = None,
) -> int:
    """Mail a few words to everybody else in one's own group to whom it is not closed; returns to how many. Nobody sees
    an address.

    ``message`` names the e-mail that the words came by, if they did: what came before is passed over and counts 0.
    Raises NotFound to whoever does not belong to the group, Rejected for nothing or too much to say, NotPossible for
    more than :data:`MOST_A_DAY` letters, to who is paused, and once the programme has ended.
    """
    members = own_group_roster(db, actor, programme_id, group_key)
    must_go_on(db, programme_id)
    must_not_be_paused(db, actor, programme_id)
    words = text.strip()
    _must_be_sayable(words)
    places = places_in(db, programme_id, group_key, members)
    own = places[actor.person_id or 0]
    if message and db.scalar(select(GroupLetterRow.id).where(GroupLetterRow.message == message)) is not None:
        return 0
    _must_be_few(db, own, now)
    db.add(GroupLetterRow(place_id=own.id, written_at=now, message=message))
    closed = closed_to(db, programme_id, members, now)
    others = [each for each in places.values() if each is not own and not each.muted and each.person_id not in closed]
    people = _people(db, [place.person_id for place in others])
    tags, fallback = Tags(settings), coordinators_of(db, programme_id)
    for place in others:
        post(db, _letter(tags, people[place.person_id], place, actor.name, words, fallback), now)
    record(db, actor, "group.written_to", now, programme_id, group=group_key, people=len(others))
    return len(others)


def places_in(db: Db, programme_id: int, group_key: str, person_ids: Collection[int]) -> Mapping[int, GroupPlaceRow]:
    """The places of these people in a group, by person; made where there are none yet."""
    places = places_of(db, {(programme_id, group_key, person_id) for person_id in person_ids})
    return {person_id: row for (_, _, person_id), row in places.items()}


def places_of(db: Db, wanted: Collection[tuple[int, str, int]]) -> Mapping[tuple[int, str, int], GroupPlaceRow]:
    """Places in groups, each given by its programme, the group's key and the person; made where there are none yet."""
    rows = db.scalars(
        select(GroupPlaceRow).where(
            GroupPlaceRow.programme_id.in_({programme_id for programme_id, _, _ in wanted}),
            GroupPlaceRow.person_id.in_({person_id for _, _, person_id in wanted}),
        )
    )
    known = {(row.programme_id, row.group_key, row.person_id): row for row in rows}
    found = {key: known.get(key) or _new_place(*key) for key in sorted(wanted)}
    db.add_all(found.values())
    db.flush()
    return found


def _new_place(programme_id: int, group_key: str, person_id: int) -> GroupPlaceRow:
    return GroupPlaceRow(programme_id=programme_id, group_key=group_key, person_id=person_id, muted=False)


def get_place(db: Db, place_id: int) -> GroupPlaceRow:
    """The place that an address or link names. Raises NotFound where there is none any more."""
    place = db.get(GroupPlaceRow, place_id)
    if place is None:
        raise NotFound(say("That group isn’t one of yours."))
    return place


def group_reply_to(tags: Tags, place_id: int, fallback: str) -> str:
    """Where an answer to a mail about a group goes: to the group; where no mail comes in, to ``fallback``."""
    return tags.address(TagKind.GROUP, place_id) if tags.settings.mail_tag else fallback


def _must_be_sayable(words: str) -> None:
    if not words:
        raise Rejected(say("You haven’t written anything yet."), what_to_do=say("Write a few words, then send them."))
    if len(words) > LONGEST_LETTER:
        raise Rejected(
            say("Your message is longer than %(count)s characters.", count=LONGEST_LETTER),
            what_to_do=say("Shorten it and send it again."),
        )


def _must_be_few(db: Db, own: GroupPlaceRow, now: datetime) -> None:
    today = GroupLetterRow.place_id == own.id, GroupLetterRow.written_at > now - _DAY
    if db.scalars(select(func.count()).select_from(GroupLetterRow).where(*today)).one() >= MOST_A_DAY:
        raise NotPossible(
            say("You have written to your group %(count)s times today.", count=MOST_A_DAY),
            what_to_do=say("Please wait until tomorrow."),
        )


def _people(db: Db, person_ids: Collection[int]) -> Mapping[int, PersonRow]:
    return {row.id: row for row in db.scalars(select(PersonRow).where(PersonRow.id.in_(person_ids)))}


def _letter(tags: Tags, to: PersonRow, place: GroupPlaceRow, writer: str, words: str, fallback: str) -> Letter:
    stop = f"{tags.settings.base_url}{STOP_PATH}{tags.sign(TagKind.STOP_GROUP, place.id)}"
    with in_language(to.language):
        how = say("Reply to this e-mail to answer everyone in the group. Nobody sees your address.")
        if not tags.settings.mail_tag:
            how = say("To answer, go to your group’s page. A reply to this e-mail goes to your coordinator.")
        text = "\n\n".join(
            [
                greeting(to.name),
                say("%(name)s has written to your mentoring group:", name=writer),
                words,
                how,
                "-- \n" + say("Stop e-mails about this group: %(address)s", address=stop) + "\n",
            ]
        )
        subject = say("%(name)s has written to your mentoring group", name=writer)
    reply_to = group_reply_to(tags, place.id, fallback)
    return Letter(to.email, subject, text, sender_name=writer, reply_to=reply_to, stop_url=stop)
