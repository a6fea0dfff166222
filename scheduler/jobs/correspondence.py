"""Invitations and reminders as background work: looked after only where there is a server to send them by."""

from __future__ import annotations

import time
from collections.abc import Iterator

from scheduler.clock import now
from scheduler.db import Database
from scheduler.desk.notices import tell_coordinators
from scheduler.groups.written_weeks import attend_to_weeks
from scheduler.invitations.change_notices import announcing
from scheduler.invitations.circle_reminders import remind_of_circles
from scheduler.invitations.private_letters import tell_privately
from scheduler.invitations.reminders import handle_reminders, plan_reminders
from scheduler.mail.service import forget_old
from scheduler.mail.texts import forget_old_texts
from scheduler.settings import Settings

TELLING_SECONDS = 10.0
LOOKING_AT_GROUPS_SECONDS = 60.0
REMINDING_SECONDS = 60.0
WRITING_SECONDS = 60.0
TELLING_COORDINATORS_SECONDS = 30.0
FORGETTING_SECONDS = 24 * 3600.0


class Correspondence:
    """Puts into the outbox what people are to be told, by what is true then. Without a mail server nothing piles up:
    once there is one, people are told of what lies ahead of them at that time."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._groups_not_before = 0.0
        self._telling: Iterator[int] = iter(())
        self._is_telling = False

    def forget(self) -> None:
        """Forget to whom something was sent long ago."""
        forget_old(self._database, now())
        forget_old_texts(self._database, now())

    def tell(self) -> bool:
        """Tell the next portion of those who are to be told of sessions that have changed, and once a minute of groups;
        returns whether there may be more."""
        if not self._settings.smtp_url:
            return False
        if not self._is_telling:
            self._telling = self._all_tellings()
        self._is_telling = False  # where this fails it begins anew
        self._is_telling = next(self._telling, None) is not None
        return self._is_telling

    def _all_tellings(self) -> Iterator[int]:
        groups_too = time.monotonic() >= self._groups_not_before
        if groups_too:
            self._groups_not_before = time.monotonic() + LOOKING_AT_GROUPS_SECONDS
        yield from announcing(self._database, self._settings, now(), groups_too=groups_too)
        if groups_too:
            tell_privately(self._database, self._settings, now())

    def attend_to_weeks(self) -> None:
        """Attend to weeks in writing; those that are over end without a mail server too."""
        attend_to_weeks(self._database, self._settings, now())

    def tell_coordinators(self) -> None:
        """Tell coordinators of what is new and needs them."""
        if self._settings.smtp_url:
            tell_coordinators(self._database, self._settings, now())

    def remind(self) -> bool:
        """Plan the next reminders, and send the next whose moment has come; returns whether there are more."""
        if not self._settings.smtp_url:
            return False
        planned = plan_reminders(self._database, now())
        done = handle_reminders(self._database, self._settings, now()).done
        if planned or done:
            return True
        remind_of_circles(self._database, self._settings, now())
        return False
