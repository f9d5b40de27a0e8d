"""The auditor of reform reports. Entered by its door, motcua.reports.audit.api."""
