"""The screen kit: base page, navigation, pieces, formats."""
