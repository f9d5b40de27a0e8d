"""Units - People's Committees, departments, centres - through time."""
