"""Look inside a network: controllers, pages and links."""
