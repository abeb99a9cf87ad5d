"""Between the parts that are always on screen and their controllers."""
