"""Who may sign in: accounts, their second factor, sessions, and the codes that are mailed on the way."""
