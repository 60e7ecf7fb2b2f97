"""Customer segmentation reports from two files of coded people and a feature dictionary."""

from importlib.metadata import version

__version__ = version("reportgen")
