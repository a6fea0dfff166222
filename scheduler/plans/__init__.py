"""Plans as they are stored and shown: groups, members and dates."""
