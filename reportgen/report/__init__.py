"""Pages, PDF, tables and files: everything that turns an analysis and its charts into a report."""
