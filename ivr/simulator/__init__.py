"""Simulated phones: one interpreter of TwiML, and what stands on it."""
