"""Rules of the auditor: small functions, one a file or a tight family a file, each with its own cases."""
