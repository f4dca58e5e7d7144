"""The page of `make run`: the journey of each notification as it happens, on loopback alone."""

from .actions import Actions
from .server import page

__all__ = ["Actions", "page"]
