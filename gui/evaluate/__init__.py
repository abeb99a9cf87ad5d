"""Evaluate a model: controllers, page, the browser of errors, and the link."""
