"""Draws Predictions on pictures: masks, boxes, captions, the colors of objects."""
