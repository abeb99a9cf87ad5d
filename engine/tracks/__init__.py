"""One object through the frames of a video: interpolated between keyframes, or followed by flow."""
