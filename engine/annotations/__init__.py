"""What a person draws, as pure functions on Samples."""
