"""Offers, holds and answers."""
