"""Charters: a group's ground rules on confidence and conduct, and who has agreed them."""
