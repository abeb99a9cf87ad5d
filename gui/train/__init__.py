"""Train a model: controllers, page and links."""
