"""Programs that call the API, and webhooks that tell them what happened."""
