"""The sample that `make run` serves: a ballot, 120 bureaux, a third of them reported by simulated calls."""
