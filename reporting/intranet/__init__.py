"""The intranet: what supervisors, operators, commissions, candidates' teams and the High Authority see and decide.

`frame.py` puts it together, `pages` answers, `requests` has what every answer needs, and `access` says who may log in and see
what. Nothing here computes a figure: pages read the other folders of `reporting`, and call their functions to decide.
"""
