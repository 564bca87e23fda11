"""The demonstrations: the course, executed. Start with ``registry.py``, then ``ngram.py``."""
