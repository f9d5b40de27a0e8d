"""The figures of a province, each opened down to the records it counts."""
