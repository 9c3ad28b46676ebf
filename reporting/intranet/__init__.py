"""The intranet: what supervisors, operators, commissions, candidates' teams and the High Authority see and decide."""
