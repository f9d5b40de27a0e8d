"""Pages of the jobs room."""
