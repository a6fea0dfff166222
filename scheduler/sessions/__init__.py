"""Published sessions: when each group meets."""
