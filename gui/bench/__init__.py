"""The measurements that need a window."""
