"""Papers rendered with Typst: official layouts, embedded fonts, QR codes."""
