"""One way out for all mail: a touch is sent at most once and never lost silently."""
