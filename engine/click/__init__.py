"""Asking for one object by pointing at it: clicks and boxes in, outlines out."""
