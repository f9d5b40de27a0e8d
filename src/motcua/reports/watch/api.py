"""The door of alerts."""

from motcua.reports.watch.demo import load_demo_alerts

__all__ = ["load_demo_alerts"]
