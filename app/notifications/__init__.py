"""Mails and calendar invitations."""
