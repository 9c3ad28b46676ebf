"""The telephone line: webhooks, TwiML, signatures, the running of one call, simulated phones."""
