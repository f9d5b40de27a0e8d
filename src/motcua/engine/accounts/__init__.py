"""People's accounts: sign-in, passwords, sessions."""
