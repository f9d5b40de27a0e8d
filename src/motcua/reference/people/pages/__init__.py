"""Screens of people, posts, accounts and roles."""
