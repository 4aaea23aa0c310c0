"""The question, its answers, and who counts."""
