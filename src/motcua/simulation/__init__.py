"""A province's year, generated through the product's own operations."""
