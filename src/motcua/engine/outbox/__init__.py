"""What leaves the system: written with the rows it follows from, sent after commit."""
