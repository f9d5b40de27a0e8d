"""Django plumbing that knows no domain: a unit is only a code and a path here."""
