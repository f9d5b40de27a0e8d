"""motcua (một cửa): administrative procedures and the reform report of a Vietnamese province."""

__version__ = "0.1.0"
