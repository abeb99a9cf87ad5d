"""Frame in, Prediction out."""
