"""Files that offices have, in and out."""
