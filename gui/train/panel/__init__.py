"""The Train panel and its parts, each of which fills in a piece of a Run's config."""
