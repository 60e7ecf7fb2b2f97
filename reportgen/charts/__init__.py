"""Charts: a published analysis in, drawings with their words and numbers out."""

from reportgen.charts.style import Chart, css_chart_remap, css_tokens

__all__ = ["Chart", "css_chart_remap", "css_tokens"]
