"""Charts as inline SVG with their tables: data in, markup out."""
