"""The intranet: what supervisors, operators, commissions, candidates' teams and the High Authority see and decide.

`frame.py` puts it together; `pages` answers, `requests` has what every answer needs, `access` says who may come in. Nothing
here computes a figure: pages read the folders below, and call their functions to decide.
"""
