"""What is planned or published, seen whole by its coordinator: groups, weeks, who can come, and how fairly."""
