"""Calendar feeds by their secret addresses."""
