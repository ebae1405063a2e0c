"""Behaviours that a career centre relies on, each as one sentence and over HTTP."""
