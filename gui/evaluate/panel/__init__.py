"""The Evaluate panel: how good a model is, and every mistake it makes."""
