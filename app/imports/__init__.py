"""Imports files that offices have, and writes their templates."""
