"""Administrative procedures, their versions and internal processes."""
