"""Draft corrections: evidence first, the teacher decides."""
