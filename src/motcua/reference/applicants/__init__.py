"""Those who ask: citizens and organisations, their personal data encrypted."""
