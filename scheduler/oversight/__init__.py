"""What the oversight contact sees: concerns, and figures about safety."""
