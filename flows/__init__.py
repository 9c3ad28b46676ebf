"""What is asked and said on a call, and the arithmetic of a tally.

Everything here is pure: no Flask, no Twilio, no database, no clock, and nothing of the other folders. Begin with
`vocabulary` (how a conversation works), then read `report` (the call from the welcome to the receipt).
"""
