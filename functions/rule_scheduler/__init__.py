"""Finds what is due every minute, and works through it."""
