"""Export a dataset: controller, page and link."""
