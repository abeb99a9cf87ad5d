"""Compare models: controller, page and link."""
