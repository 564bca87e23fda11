"""An offline tutor for a course on language models.

Dependencies point right and down: ``ui → agent → {demos, grading, prompting, retrieval, models} →
contracts, errors``. Importing this package loads nothing heavy.
"""

__version__ = "0.1.0"
