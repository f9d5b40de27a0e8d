"""Hot statements: prepared, bound by the server, outside the ORM but inside Django's transaction."""
