"""The public page of results: what is validated and published, and nothing else, for everybody."""
