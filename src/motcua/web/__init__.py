"""The shared shell: addresses, front page, error pages, static files."""
