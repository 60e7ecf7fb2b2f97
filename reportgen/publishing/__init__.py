"""Finished runs out to readers: published issues, and checks of what is published."""
