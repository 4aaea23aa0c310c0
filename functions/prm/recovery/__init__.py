"""Unhappy answers become cases that staff work until they are closed."""
