"""Conversations that are kept: what one exchange was, the file that holds them, their export, the teachers' report."""
