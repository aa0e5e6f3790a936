"""Every promise in features/, kept."""

from pytest_bdd import scenarios

scenarios(".")
