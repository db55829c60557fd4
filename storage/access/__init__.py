"""Who may come in: users, sessions, tokens, and how often a password was tried."""
