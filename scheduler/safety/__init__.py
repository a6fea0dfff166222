"""What keeps people safe: who may do what, and the audit trail."""
