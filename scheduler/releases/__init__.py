"""Who has to be released from a duty for a session, worked out once per change; and who keeps which rota."""
