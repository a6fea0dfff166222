"""The coordinator's view of a whole plan: groups, weeks, who can come, and how fairly."""
