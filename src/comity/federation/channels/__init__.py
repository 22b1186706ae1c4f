"""Channels: named audiences. Founding one, changing who is in it and what it carries, and reading what it means."""
