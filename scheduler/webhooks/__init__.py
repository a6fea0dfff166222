"""Programs that are told of changes: signed, in order, and again until they have taken it."""
