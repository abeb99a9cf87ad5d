"""Live frames that are collected into the project by rules."""
