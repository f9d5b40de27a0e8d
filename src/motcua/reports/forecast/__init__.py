"""What will be late this week, and how right earlier forecasts were."""
