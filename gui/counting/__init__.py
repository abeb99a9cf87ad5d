"""The side panel that counts tracked objects at lines and in zones."""
