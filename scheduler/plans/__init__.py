"""Plans: built into an instance, solved, kept as drafts, published."""
