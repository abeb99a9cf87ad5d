"""How the videos that we write are coded, as people call it."""

H264, MJPEG = "H.264", "MJPEG"
