"""The line side by side: a bare Flask route, a plain line, and the product, driven with the same signed webhooks over HTTP."""
