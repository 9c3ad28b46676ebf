"""The public page of results. It shows what is validated and published, and nothing else."""
