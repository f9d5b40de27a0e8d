from motcua.reports.forms.tests.conftest import coordinator, person, province, published  # noqa: F401
