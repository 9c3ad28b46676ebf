"""What is asked and said on a call: pure conversations, without Flask, Twilio, database or clock."""
