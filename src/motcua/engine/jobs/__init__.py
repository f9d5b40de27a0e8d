"""Jobs in PostgreSQL: deferred with the rows they follow from, run by a worker, seen by the administrator."""
