"""Chapters → passages → index → search: what the course says, and whether it says it."""
