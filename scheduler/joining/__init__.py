"""Joining a programme: what people read and are asked, what they answer, and how they leave."""
