"""Erasing a patient: everything of theirs, everywhere, for good."""
