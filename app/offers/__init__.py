"""Offers: placements that are held for a request until its owner answers, and answers to tentative bookings."""
