"""The coordinator's desk: what needs her, what lies ahead and what waits for others, on a page and by e-mail."""
