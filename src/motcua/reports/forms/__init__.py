"""The seven statistical forms: definitions, values, pages, workbooks. Entered by motcua.reports.forms.api."""
