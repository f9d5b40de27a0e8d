"""Dashboards of a province, a department, a commune: what is there today, how it goes, who has what to do."""
