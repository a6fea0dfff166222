"""A programme begun from another, ended and taken up again, and handed over."""
