"""The prompting workshop: techniques tried on the same exercises, and statistics that do not lie."""
