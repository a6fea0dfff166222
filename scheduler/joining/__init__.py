"""Joining a programme: what people are told and asked, what they answer, and how they leave."""
