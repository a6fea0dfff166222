"""Changes of a draft by hand: what they would do before they are made, undone and done again, and what is pinned."""
