"""Report forms, submissions, narrative, documents, indices and the audit of reports."""
