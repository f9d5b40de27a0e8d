"""Personal data at rest: encrypted, found by blind index, every reading logged."""
