"""Pictures, folders, videos and cameras: always upright RGB frames."""
