"""Invitations by e-mail, their answers, and reminders: what reaches people's calendars, and when."""
