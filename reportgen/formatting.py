from reportgen.report.formatting import *  # noqa: F403
from reportgen.report.formatting import Formatter  # noqa: F401
