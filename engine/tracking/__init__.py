"""Objects followed from frame to frame: motion, ByteTrack, trails, counts at lines and zones."""
