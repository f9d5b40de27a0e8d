"""Working calendars and time rules of a province, dated and versioned."""
