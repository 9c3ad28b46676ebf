"""From agreed figures to published ones: validation by the High Authority, the publication rule, signatures, editions,
inspection by hand, and what `audit verify` checks of all that.

The rule is `publish.publishable`. No page, file or export reaches the public by another way.
"""
