"""Papers, digitisation, the citizen's data store, reuse, electronic results."""
