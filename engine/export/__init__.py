"""Samples out into a folder, in any Format: nothing lost, nothing invented, all of it said."""
