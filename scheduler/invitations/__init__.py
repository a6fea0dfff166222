"""Invitations by e-mail, answers to them, and reminders: what reaches people's calendars, and when."""
