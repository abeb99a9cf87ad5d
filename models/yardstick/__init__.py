"""Networks of torchvision, to measure our own against and to start with on everyday objects."""
