"""The digital pen: its record taken in, its ink recognised, stored and drawn."""
