"""Page templates, style sheets and fonts; read through ``importlib.resources``."""
