"""Duty rotas: read, asked about, imported."""
