"""Made-up reports of made-up provinces, right in themselves, with errors planted where asked."""
