"""Invitations (邀请函): a stamped PDF of a confirmed activity, and the page that says whether one is still true."""
