"""Groups as their own people have them: who belongs to one, and what is theirs alone."""
