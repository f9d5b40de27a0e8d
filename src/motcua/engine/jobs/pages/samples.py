"""Sample values of this room's routes, for the test that walks every route as every role."""

SAMPLES = {"jobs:retry": lambda: {"job_id": 1}}
