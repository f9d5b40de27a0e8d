"""The officers' workbench and the citizen's page."""
