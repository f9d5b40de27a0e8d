"""Who read whose data, and what is kept for how long."""
