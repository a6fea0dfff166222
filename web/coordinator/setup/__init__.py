"""Changing everything about a programme, section by section."""

from web.coordinator.setup import pages as pages
