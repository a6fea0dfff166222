"""What facilitators see."""
