"""Who of the clinic's staff looked at, or changed, what; ids only."""
