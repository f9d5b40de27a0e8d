"""The language of figure definitions. Pure; entered by motcua.engine.figures.api."""
