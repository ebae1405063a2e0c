"""Benches of the service work; what they measure is not asserted, but for counts."""
