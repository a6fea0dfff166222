"""Long work, done outside the web process."""
