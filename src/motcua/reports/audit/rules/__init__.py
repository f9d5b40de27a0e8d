"""Rules of the auditor, one a file or a tight family a file. A module is found by its name's beginning."""
