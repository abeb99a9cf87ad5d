"""Shows a Frame with its Regions, and turns the mouse into events for the Tools."""
