"""Relations of the forms checked on the printed values: what form rules share."""
