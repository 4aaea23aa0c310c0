"""Asking for a public review, the same way of everyone asked."""
