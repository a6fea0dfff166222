"""Invitations and reminders as background work: looked after only where there is a server to send them by."""

from __future__ import annotations

import time

from scheduler.clock import now
from scheduler.db import Database
from scheduler.desk.notices import tell_coordinators
from scheduler.groups.written_weeks import attend_to_weeks
from scheduler.invitations.change_notices import announce_changes
from scheduler.invitations.circle_reminders import remind_of_circles
from scheduler.invitations.private_letters import tell_privately
from scheduler.invitations.reminders import plan_reminders, send_reminders
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

    def forget(self) -> None:
        """Forget to whom something was sent long ago."""
        forget_old(self._database, now())
        forget_old_texts(self._database, now())

    def tell(self) -> None:
        """Tell of sessions that have changed, and once a minute of groups."""
        if not self._settings.smtp_url:
            return
        groups_too = time.monotonic() >= self._groups_not_before
        if groups_too:
            self._groups_not_before = time.monotonic() + LOOKING_AT_GROUPS_SECONDS
        announce_changes(self._database, self._settings, now(), groups_too=groups_too)
        if groups_too:
            tell_privately(self._database, self._settings, now())

    def attend_to_weeks(self) -> None:
        """Attend to weeks in writing; those that are over end without a mail server too."""
        attend_to_weeks(self._database, self._settings, now())

    def tell_coordinators(self) -> None:
        """Tell coordinators of what is new and needs them."""
        if self._settings.smtp_url:
            tell_coordinators(self._database, self._settings, now())

    def remind(self) -> None:
        """Plan reminders, and send those whose moment has come."""
        if self._settings.smtp_url:
            plan_reminders(self._database, now())
            send_reminders(self._database, self._settings, now())
            remind_of_circles(self._database, self._settings, now())
