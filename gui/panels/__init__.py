"""The docks around the canvas: they show what controllers say."""
