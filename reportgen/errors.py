"""The errors that a user is meant to read: what happened, where, and what to do."""

from __future__ import annotations


class ReportgenError(Exception):
    """Something the user can put right.

    Parameters
    ----------
    message
        What is wrong and where: file, line or column, value.
    hint
        What to do about it, as a full sentence; empty when the message says it all.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class ConfigError(ReportgenError):
    """The configuration or the command line asks for something impossible."""


class DictionaryError(ReportgenError):
    """The feature dictionary cannot be read or contradicts itself."""


class InputError(ReportgenError):
    """A data file is missing, unreadable or does not fit the dictionary."""


class ModelError(ReportgenError):
    """The stored model of a run is missing, was changed, or is of another version."""


class OutputFileError(ReportgenError):
    """A file that a command was asked for cannot be written."""


class MissingLibraryError(ReportgenError):
    """A system library that a requested output needs is not installed."""
