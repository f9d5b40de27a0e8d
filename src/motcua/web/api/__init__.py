"""The API shell under /api/v1/: tokens, scopes, errors, idempotency, reference; the rooms bring their routers."""
