"""Where things are: boxes, masks, run lengths, crops and the brush, as pure functions."""
