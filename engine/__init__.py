"""Everything the application can do without a window."""
