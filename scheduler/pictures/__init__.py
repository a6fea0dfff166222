"""The coordinator's view of a whole plan: groups, weeks, and who can come."""
