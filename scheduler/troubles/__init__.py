"""What is in trouble of all that is published, by which change, and what can be done about it."""
