"""Measures a course, a model or a marker on the user’s own question files."""
