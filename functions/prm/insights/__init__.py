"""The clinic's numbers, tallied when they happen."""
