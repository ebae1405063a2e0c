"""Cases (重排事项): bookings that a change of facts broke with an explicit yes, until somebody has settled each."""
