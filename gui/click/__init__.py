"""Smart click: asks a network for the object that the person points at."""
