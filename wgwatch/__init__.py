"""The front door: command line and service. It composes the rooms below and holds no rules of its own."""

__version__ = "0.1.0"
