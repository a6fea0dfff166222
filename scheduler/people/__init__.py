"""People: residents and faculty, their roles, wishes and relations."""
