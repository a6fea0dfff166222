"""Long-running work, done outside the web process."""
