"""What can be done about a trouble. The referee has seen each remedy before it is shown, and sees it again before it is
carried out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from scheduler.availability.intervals import Interval
from scheduler.coordination.board import SessionNow
from scheduler.coordination.model import (
    Act,
    AppointDeputy,
    CancelSession,
    ChangeMode,
    ChangeRoom,
    MoveSession,
    Preview,
    PutIn,
    ReinstateSession,
    SetFacilitators,
    SwapFacilitators,
    TakeOver,
)
from scheduler.coordination.service import Desk, Wanted, load_desks
from scheduler.db import Db
from scheduler.errors import MentorRoundsError, NotPossible
from scheduler.languages import say
from scheduler.people.model import Role
from scheduler.programmes.model import Programme
from scheduler.sessions.alternatives import Alternatives
from scheduler.sessions.tables import SessionRow
from scheduler.troubles.clash_costs import NO_COST, best_first, cost_of, is_clash, still_alone
from scheduler.troubles.model import STOPPING, Remedy, RemedyKind, TroubleKind
from scheduler.troubles.pools import Pools, offered_dates
from scheduler.troubles.trouble_view import Trouble
from solvers.vocabulary import COMING, PHONE, VIDEO

MOST_DATES: Final = 8
IN_A_LIST: Final = 3
"""So many dates are looked for where a list has several troubles, as many as a group is offered."""
_ANY_SESSION: Final = (RemedyKind.DATE, RemedyKind.CANCEL, RemedyKind.ACCEPT)
_HELPS: Final[Mapping[TroubleKind, tuple[RemedyKind, ...]]] = {
    TroubleKind.SAFETY: (RemedyKind.SWAP, RemedyKind.OVER, RemedyKind.PUT),
    TroubleKind.COMPANY: (RemedyKind.DEPUTY, RemedyKind.DATE, RemedyKind.CANCEL),
    TroubleKind.FACILITATOR: (RemedyKind.DEPUTY, *_ANY_SESSION),
    TroubleKind.QUORUM: _ANY_SESSION,
    TroubleKind.ROOM: (RemedyKind.ROOM, RemedyKind.MODE, *_ANY_SESSION),
    TroubleKind.TIME: _ANY_SESSION,
    TroubleKind.CLOSE: _ANY_SESSION,
    TroubleKind.DOUBLE: (RemedyKind.DEPUTY, *_ANY_SESSION),
    TroubleKind.STANDING: (),
    TroubleKind.SHARE: (RemedyKind.PUT, RemedyKind.ACCEPT),
    TroubleKind.DROPPED: (RemedyKind.REINSTATE, RemedyKind.ACCEPT),
}
"""What may help against which kind of trouble."""
_OF_SESSION = STOPPING | {TroubleKind.CLOSE, TroubleKind.DOUBLE, TroubleKind.COMPANY}


_UNASKED: Final = (RemedyKind.CANCEL, RemedyKind.ACCEPT)
"""What breaks no rule, so that nobody has to be asked."""


def remedies_for(
    db: Db, programme: Programme, troubles: Iterable[Trouble], now: datetime, *, thorough: bool = False
) -> Mapping[int, tuple[Remedy, ...]]:
    """What works for each of these troubles, the best first, by the trouble's id.

    In a list the dates are those that are on offer to the group anyway or, where none are, the best that there are. For
    a single trouble ``thorough`` looks for more of them, and for other groups.
    """
    living = [trouble for trouble in troubles if trouble.ended_at is None]
    if not living:
        return {}
    people = {person_id for trouble in living for person_id in trouble.person_ids}
    pools = Pools(db, programme, now, people)
    offered = offered_dates(db, [trouble.session.id for trouble in living if trouble.session])
    looked_for = living if thorough else [each for each in living if each.session and each.session.id not in offered]
    found = _dates(db, programme, looked_for, now, thorough=thorough)
    wanted: dict[int, list[str]] = {}
    for trouble in living:
        dates = offered.get(trouble.session.id, ()) if trouble.session else ()
        if thorough or not dates:
            dates = found.get(trouble.id, dates)
        wanted[trouble.id] = list(_wanted(trouble, pools, dates, thorough=thorough))
    desks = _desks(db, programme, living, wanted, now)
    return {each.id: tuple(_working(each, wanted[each.id], desks.get(each.group_key))) for each in living}


def _desks(
    db: Db, programme: Programme, troubles: Iterable[Trouble], wanted: Mapping[int, Sequence[str]], now: datetime
) -> Mapping[str, Desk]:
    """The desks on which what is wanted can be looked at, by the group's key: troubles of one group share one."""
    asked: dict[str, list[str]] = defaultdict(list)
    for trouble in troubles:
        asked[trouble.group_key] += (key for key in wanted[trouble.id] if key not in _UNASKED)
    groups = [key for key, keys in asked.items() if keys]
    if not groups:
        return {}
    desks = load_desks(db, programme, [_laid_out(key, asked[key]) for key in groups], now)
    return dict(zip(groups, desks, strict=True))


def act_of(trouble: Trouble, key: str, desk: Desk) -> Act | None:
    """The act behind a remedy's key; None for accepting, which changes nothing. Raises NotPossible for no key."""
    kind, _, rest = key.partition(":")
    try:
        if kind not in _HELPS[trouble.kind]:
            raise ValueError(kind)
        return _ACTS[RemedyKind(kind)](trouble, rest, desk)
    except (ValueError, KeyError) as wrong:
        raise NotPossible(say("That is not one of the choices."), what_to_do=say("Choose from the list.")) from wrong


def desk_for(db: Db, programme: Programme, trouble: Trouble, key: str, now: datetime) -> Desk:
    """The desk on which the act behind a remedy's key can be looked at."""
    return load_desks(db, programme, (_laid_out(trouble.group_key, [key]),), now)[0]


def works(trouble: Trouble, act: Act, desk: Desk) -> Preview | None:
    """What an act would do, if it breaks nothing and does away with the trouble; else None."""
    try:
        preview = desk.preview((act,))
    except MentorRoundsError:
        return None
    if preview.breaches:
        return None
    if not _settles(trouble, preview) or (is_clash(trouble) and _still_share(trouble, act, desk)):
        return None
    return None if trouble.kind is TroubleKind.COMPANY and still_alone(trouble, desk.after((act,)), desk) else preview


def _still_share(trouble: Trouble, act: Act, desk: Desk) -> bool:
    """Whether the two people of a clash would be in one group all the same: that one, or another."""
    pair = frozenset(trouble.person_ids)
    return any(pair <= group.people for group in desk.after((act,)).groups.values() if not group.ended)


def _settles(trouble: Trouble, preview: Preview) -> bool:
    if trouble.session is None:
        return True
    after = [effect.after for effect in preview.effects if effect.session_id == trouble.session.id]
    needed = trouble.session.needed.facilitators if trouble.kind is TroubleKind.FACILITATOR else 0
    return bool(after) and all(not each.takes_place or len(each.facilitators) >= needed for each in after)


# --- what to try -----------------------------------------------------------------------------------------------


def _wanted(trouble: Trouble, pools: Pools, dates: Iterable[datetime], *, thorough: bool) -> Iterator[str]:
    """The keys of what may work, the best kind first."""
    if trouble.kind is TroubleKind.DROPPED:
        yield RemedyKind.REINSTATE
    if trouble.kind in (TroubleKind.FACILITATOR, TroubleKind.COMPANY) or (
        trouble.kind is TroubleKind.DOUBLE and _is_led(trouble, pools)
    ):
        assert trouble.session is not None, "somebody is missed at a session"
        when = (trouble.session.id, Interval(trouble.session.starts_at, trouble.session.ends_at))
        for who in pools.free_faculty(trouble.group_key, [when]):
            yield f"{RemedyKind.DEPUTY}:{who}"
    if trouble.kind is TroubleKind.ROOM:
        now = trouble.session.room_id if trouble.session else None
        rooms = (room for site in pools.programme.sites for room in site.rooms if room.id != now)
        yield from (f"{RemedyKind.ROOM}:{room.id}" for room in rooms)
        yield from (f"{RemedyKind.MODE}:{mode}" for mode in (VIDEO, PHONE))
    if trouble.kind in _OF_SESSION:
        yield from (f"{RemedyKind.DATE}:{starts_at.isoformat()}" for starts_at in dates)
    if thorough and trouble.kind in (TroubleKind.SHARE, TroubleKind.SAFETY):
        yield from _elsewhere(trouble, pools)
    if trouble.kind in _OF_SESSION:
        yield RemedyKind.CANCEL
    if RemedyKind.ACCEPT in _HELPS[trouble.kind]:
        yield RemedyKind.ACCEPT


def _is_led(trouble: Trouble, pools: Pools) -> bool:
    return bool(pools.faculty.keys() & set(trouble.person_ids))


def _elsewhere(trouble: Trouble, pools: Pools) -> Iterator[str]:
    """Other groups for those who may not, or need not, stay; somebody else in a facilitator's place."""
    for who in trouble.person_ids:
        if who in pools.faculty:
            if is_clash(trouble):
                exchanges = pools.exchanges(who, trouble.group_key, trouble.from_day)
                yield from (f"{RemedyKind.SWAP}:{who}:{key}:{other}" for key, other in exchanges)
            ahead = pools.starts.get(trouble.group_key, ())
            yield from (f"{RemedyKind.OVER}:{who}:{other}" for other in pools.free_faculty(trouble.group_key, ahead))
        else:
            yield from (f"{RemedyKind.PUT}:{who}:{key}" for key in pools.groups_for(who, trouble.group_key))


def _dates(
    db: Db, programme: Programme, troubles: Iterable[Trouble], now: datetime, *, thorough: bool
) -> Mapping[int, Sequence[datetime]]:
    """The dates that would work for the sessions of these troubles by the trouble's id: the first few that groups are
    offered or, if ``thorough``, of all of them those to which most can come. What is needed is loaded once."""
    sessions = {each.id: each.session.id for each in troubles if each.session and each.kind in _OF_SESSION}
    if not sessions:
        return {}
    rows = db.scalars(
        select(SessionRow).where(SessionRow.id.in_(sessions.values())).options(selectinload(SessionRow.attendees))
    )
    by_id = {row.id: row for row in rows}
    try:
        alternatives = Alternatives(db, programme.id, sorted({row.group_key for row in by_id.values()}), now)
    except NotPossible:  # the term is over, or its windows have changed
        return {}
    of_row = _best_dates if thorough else _first_dates
    return {each: of_row(alternatives, by_id[session_id]) for each, session_id in sessions.items()}


def _first_dates(alternatives: Alternatives, row: SessionRow) -> Sequence[datetime]:
    try:
        return [date.starts_at for date in islice(alternatives.other_dates(row.group_key, row), IN_A_LIST)]
    except NotPossible:  # the group has ended
        return ()


def _best_dates(alternatives: Alternatives, row: SessionRow) -> Sequence[datetime]:
    try:
        found = list(alternatives.other_dates(row.group_key, row))
    except NotPossible:  # the group has ended
        return ()
    best = sorted(found, key=lambda date: (-date.coming, date.starts_at))
    return [date.starts_at for date in islice(best, MOST_DATES)]


def _laid_out(group_key: str, keys: Iterable[str]) -> Wanted:
    """A group, with whatever these keys name."""
    parts = [key.split(":") for key in keys]
    named = (part for each in parts if each[0] in _NAMING_PEOPLE for part in each[1:])
    people = {int(part) for part in named if part.isdecimal() and len(part) <= _DIGITS}
    groups = {each[2] for each in parts if each[0] in _NAMING_GROUPS and len(each) > 2}
    return Wanted(frozenset((group_key, *groups)), frozenset(people))


_DIGITS: Final = 9
"""No number of a person is longer."""
_NAMING_PEOPLE: Final = (RemedyKind.DEPUTY, RemedyKind.OVER)
_NAMING_GROUPS: Final = (RemedyKind.PUT, RemedyKind.SWAP)


def _working(trouble: Trouble, keys: Iterable[str], desk: Desk | None) -> Iterator[Remedy]:
    found: dict[RemedyKind, list[Remedy]] = defaultdict(list)
    for key in keys:
        kind = RemedyKind(key.partition(":")[0])
        if desk is None or kind in _UNASKED:
            found[kind].append(Remedy(kind, key, needs_why=kind is RemedyKind.CANCEL and trouble.is_late))
            continue
        act = act_of(trouble, key, desk)
        preview = works(trouble, act, desk) if act is not None else None
        if act is not None and preview is not None:
            found[kind].append(_remedy(trouble, key, act, preview, desk))
    if is_clash(trouble):
        yield from best_first(each for some in found.values() for each in some)
        return
    found[RemedyKind.DATE].sort(key=lambda remedy: (-remedy.coming, remedy.starts_at is None, remedy.starts_at))
    for some in found.values():
        yield from some


def _remedy(trouble: Trouble, key: str, act: Act, preview: Preview, desk: Desk) -> Remedy:
    after = next((effect.after for effect in preview.effects if _is_of(trouble, effect.session_id)), None)
    cost = cost_of(act, desk) if is_clash(trouble) else NO_COST
    return Remedy(
        kind=RemedyKind(key.partition(":")[0]),
        key=key,
        starts_at=after.starts_at if after else None,
        name=_name(act, desk),
        person=_goes(act, desk),
        coming=len(after.coming) if after else 0,
        residents=len(after.coming) + len(after.not_known) + len(after.shut_out) if after else 0,
        needs_why=preview.needs_why,
        other_group=desk.board.group(act.other_key).name if isinstance(act, SwapFacilitators) else "",
        can_come=cost.can_come,
        there=cost.there,
    )


def _goes(act: Act, desk: Desk) -> str:
    if isinstance(act, PutIn | SwapFacilitators):
        return desk.names.get(act.person_id, "")
    return desk.names.get(act.from_id, "") if isinstance(act, TakeOver) else ""


def _is_of(trouble: Trouble, session_id: int | None) -> bool:
    return trouble.session is not None and session_id == trouble.session.id


def _name(act: Act, desk: Desk) -> str:
    match act:
        case AppointDeputy() | TakeOver():
            return desk.names.get(act.person_id, "")
        case SwapFacilitators():
            return desk.names.get(act.other_id, "")
        case SetFacilitators():
            return desk.names.get(act.facilitator_ids[-1], "")
        case ChangeRoom():
            site, room = desk.known.room(act.room_id)
            return f"{room.name}, {site.name}"
        case ChangeMode():
            return act.mode
        case PutIn():
            return desk.board.group(act.group_key).name
        case _:
            return ""


# --- from keys to acts -----------------------------------------------------------------------------------------


def _session_id(trouble: Trouble) -> int:
    if trouble.session is None:
        raise ValueError("this trouble is not a session's")
    return trouble.session.id


def _deputy(trouble: Trouble, rest: str, desk: Desk) -> Act:
    """In the place of a facilitator who cannot come; where the group has none, beside those who come."""
    session, part = desk.board.session(_session_id(trouble)), desk.known.parts[int(rest)]
    if part.kind is not Role.FACULTY:
        raise ValueError(part.kind)
    away = [who for who in sorted(desk.board.group(trouble.group_key).facilitators) if _is_away(who, session, desk)]
    if away and trouble.kind is not TroubleKind.COMPANY:
        return AppointDeputy(session.ref, away[0], int(rest))
    return SetFacilitators(session.ref, (*sorted(session.facilitators), int(rest)))


def _is_away(who: int, session: SessionNow, desk: Desk) -> bool:
    return desk.known.marks.of(who, session) not in COMING and who not in session.stand_ins


def _mode(trouble: Trouble, rest: str, _desk: Desk) -> Act:
    return ChangeMode(_session_id(trouble), rest, of_group=False)


def _put(trouble: Trouble, rest: str, desk: Desk) -> Act:
    who, _, into = rest.partition(":")
    return PutIn(desk.known.programme.id, into, int(who), out_of=trouble.group_key)


def _over(trouble: Trouble, rest: str, desk: Desk) -> Act:
    who, _, other = rest.partition(":")
    return TakeOver(desk.known.programme.id, trouble.group_key, int(who), int(other), trouble.from_day)


def _swap(trouble: Trouble, rest: str, desk: Desk) -> Act:
    who, key, other = rest.split(":")
    return SwapFacilitators(desk.known.programme.id, trouble.group_key, int(who), key, int(other), trouble.from_day)


def _moment(text: str) -> datetime:
    """A moment of which the zone is said. Raises ValueError for any other, and for one outside every term."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or not _YEARS[0] <= found.year <= _YEARS[1]:
        raise ValueError(text)
    return found


_YEARS: Final = (1900, 3000)
_ACTS: Final[Mapping[RemedyKind, Callable[[Trouble, str, Desk], Act | None]]] = {
    RemedyKind.DATE: lambda trouble, rest, _: MoveSession(_session_id(trouble), _moment(rest)),
    RemedyKind.DEPUTY: _deputy,
    RemedyKind.ROOM: lambda trouble, rest, _: ChangeRoom(_session_id(trouble), int(rest)),
    RemedyKind.MODE: _mode,
    RemedyKind.REINSTATE: lambda trouble, _rest, _: ReinstateSession(_session_id(trouble)),
    RemedyKind.PUT: _put,
    RemedyKind.OVER: _over,
    RemedyKind.SWAP: _swap,
    RemedyKind.CANCEL: lambda trouble, _rest, _: CancelSession(_session_id(trouble), offers_again=True),
    RemedyKind.ACCEPT: lambda _trouble, _rest, _: None,
}
