"""Long work, continued by the tick: a cursor, a lease, and what was worked out so far."""
