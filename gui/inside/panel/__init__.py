"""The pages of Look inside."""
