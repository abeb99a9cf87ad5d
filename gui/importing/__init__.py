"""Labels from elsewhere into the open project."""
