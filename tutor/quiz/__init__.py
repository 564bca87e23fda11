"""Quizzes: questions on the course, hints before solutions, answers judged in code."""
