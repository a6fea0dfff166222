# What comes out of arrays is Any to mypy; numba infers it.
# mypy: disable-error-code="no-any-return"
"""People alike and different, and company that somebody must have: granted to everybody, and taken back of a group.

Every member of a node is granted all that others could earn them by what they say of themselves. Where a group is
evaluated exactly, ``unmet_points`` takes back what its members do not earn. Values lie in one mask (``trait_masks``).
"""

from __future__ import annotations

from typing import Final

from solvers.engines.bound.instance_data import InstanceData
from solvers.engines.compilation import compiled

IMPOSSIBLE: Final = 1e18


@compiled
def popcount(mask: int) -> int:
    """The number of bits set."""
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count


@compiled
def _fields_in_use(data: InstanceData, mask: int) -> int:
    """How many fields of a mask of values are not empty."""
    return popcount((mask + data.trait_fields) & data.trait_guards)


@compiled
def unmet_points(data: InstanceData, resident: int, traits: tuple[int, int], tags: tuple[int, int]) -> float:
    """What a resident was granted and does not earn in a group; IMPOSSIBLE if they may not be the only one and are.

    ``traits`` and ``tags`` are the masks of what one, and what more than one, of the group's people have.
    """
    by_others = tags[1] | (tags[0] & ~data.tags[resident])
    if data.firm[resident] & ~by_others:
        return IMPOSSIBLE
    unlike = data.unlike_traits[resident]
    lacking = _fields_in_use(data, unlike) - _fields_in_use(data, unlike & traits[0])
    return data.like * popcount(data.like_traits[resident] & ~traits[1]) + data.unlike * lacking
