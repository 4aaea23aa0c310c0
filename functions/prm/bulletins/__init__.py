"""Mail to staff by the clock: the open cases each morning, the week each Monday, to whoever chose it."""
