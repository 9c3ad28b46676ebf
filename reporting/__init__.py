"""What came in, from the first tally to the published result: counted, checked, decided, published, exported and shown.

One folder a subject. Top first, each may import what stands below it: intranet and public_site; papers and lines; exports;
publication and records; verification, anomalies, pen and tabulation; wording and map. `lint-imports` checks this. Nothing here
knows a call (`flows` has the conversation, `ivr` the line).
"""
