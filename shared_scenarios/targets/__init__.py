"""Databases that answers run on: made, reset and removed here, never somebody's own."""
