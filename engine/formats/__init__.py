"""Annotation layouts on disk."""
