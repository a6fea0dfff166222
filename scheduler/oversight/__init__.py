"""What the oversight contact sees, and what people tell them."""
