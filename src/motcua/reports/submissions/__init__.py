"""The reporting cycle: campaigns, submissions, versions, remarks. Entered by motcua.reports.submissions.api."""
