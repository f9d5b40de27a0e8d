"""The auditor in the browser."""
