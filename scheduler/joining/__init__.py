"""Joining a programme: what people read, what they are asked, and what they answer."""
