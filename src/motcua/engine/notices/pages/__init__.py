"""Pages of notices: the inbox of whoever is signed in, and the quiet hours."""
