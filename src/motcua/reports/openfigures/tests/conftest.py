from motcua.reports.tests.made import made, world  # noqa: F401
