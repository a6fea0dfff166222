"""Importing rotas: waiting uploads, answers, storing, and the sessions that an import affects."""
