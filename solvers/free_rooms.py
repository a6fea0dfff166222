"""Which room a group could have at a time."""

from __future__ import annotations

from collections.abc import Callable

from solvers.instance import Group, Instance, Room


def free_room(
    instance: Instance, group: Group, index: int, is_taken: Callable[[str, int], bool], first: str | None = None
) -> Room | None:
    """A free room at a group's site that holds everybody: the ``first`` one, else one that the group knows, else the
    smallest. ``index`` is a slot; ``is_taken`` tells of a room's id and a slot whether another group has it then."""
    known = {meeting.room for meeting in group.sessions}

    def order(room: Room) -> tuple[bool, bool, int, str]:
        return room.id != first, room.id not in known, room.capacity, room.id

    open_rooms = (room for room in instance.rooms if will_hold(room, group, index))
    return next((room for room in sorted(open_rooms, key=order) if not is_taken(room.id, index)), None)


def will_hold(room: Room, group: Group, index: int) -> bool:
    """Whether a room is at a group's site, holds everybody, and is open at a slot, whichever groups have it then."""
    size = len(group.residents) + len(group.facilitators)
    return room.site == group.site and room.capacity >= size and room.availability[index] == "1"
