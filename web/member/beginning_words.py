"""What a group needs to begin well, as its people read it."""

from __future__ import annotations

from scheduler.groups.beginning import Need
from web.language import lazy_gettext

NEEDS = {
    Need.CHARTER: lazy_gettext("Everyone has agreed the charter"),
    Need.GOALS: lazy_gettext("The group has written down what it’s for"),
    Need.CHANNEL: lazy_gettext("The group has agreed how it keeps in touch"),
    Need.DATES: lazy_gettext("The first sessions have dates"),
    Need.JOIN: lazy_gettext("There’s an address or a number to join by"),
    Need.LED: lazy_gettext("Someone is leading the first sessions"),
}
