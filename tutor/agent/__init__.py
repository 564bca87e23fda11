"""The tutor as an agent: choose a tool, run it, compose the answer, check it."""
