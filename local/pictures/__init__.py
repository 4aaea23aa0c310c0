"""`make pictures`: the pictures of README.md and docs/, taken anew from a run of its own."""
