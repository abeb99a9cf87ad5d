"""Image classifiers: one label for a whole picture."""
