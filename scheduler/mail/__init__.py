"""E-mail: an outbox in the database and its sender."""
