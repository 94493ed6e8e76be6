"""Tests of the store and the workspace."""
