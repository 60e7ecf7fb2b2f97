"""The feature dictionary of the 85 AZDIAS columns; read through ``importlib.resources``."""
