"""The starter catalogue: procedures retyped from the law, and simulated ones that fill a demonstration."""
