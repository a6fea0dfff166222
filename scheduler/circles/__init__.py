"""Affinity circles: formed and read by their own people alone. Nothing of them is kept in a table that anything else
reads, so no list, export, feed or figure of anybody else can show one."""
