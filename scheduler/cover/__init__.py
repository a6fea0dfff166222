"""The cover list: it tells rota managers who needs release from a duty, and when."""
