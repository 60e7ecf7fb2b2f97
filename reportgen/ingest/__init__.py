"""Files of coded people in, coded blocks and their levels out."""
