"""What executes a Model: torch or OpenVINO."""
