"""Passes over row blocks. What a pass does is in ``passes``; where it runs is the engine's business."""
