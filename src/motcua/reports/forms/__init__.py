"""The seven statistical forms. Entered by its door, motcua.reports.forms.api."""
