"""The digital pen: takes its documents in, recognises the ink, stores it and draws it."""
