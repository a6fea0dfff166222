"""What the oversight contact sees."""
