"""Invitations by e-mail, their answers, and reminders: what people's calendars are told, and when."""
