"""The Collect panel: live frames that enter the project by themselves."""
