"""Changes to a draft by hand: previews, undo, redo and pins."""
