"""A notebook suite for crime analysts who work a police-corrections partnership."""

__all__ = ["__version__"]

__version__ = "0.1.0"
