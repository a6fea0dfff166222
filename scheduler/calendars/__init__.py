"""Calendar feeds: time zones, events, the stored body of each secret address."""
