"""Networks that a person asks by pointing."""
