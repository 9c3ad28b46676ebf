# What the flags say in English: one sentence each.

voters-over-electorate = More voters, { $voters }, than registered electors, { $electorate }.
sum-mismatch = Ballots, { $ballots }, and voters, { $voters }: a difference of { $difference }.
no-voters = Nobody voted.
single-candidate = { $candidate } has all of the { $votes } valid votes.
rectified = Version { $version }: it replaces figures that were reported before.
caller-not-president = The call came from { $caller }, and not from the president's number, { $president }.
caller-several-bureaux = { $caller } has reported for { $bureaux } bureaux.

## A rule that could not be checked

unchecked = Not checked ({ $rule }): { $reason }.
rule-voters-over-electorate = voters and electors
rule-caller-not-president = the president's number
rule-caller-several-bureaux = one number for several bureaux
reason-no-electorate = the register does not give the electorate
reason-no-president-number = the register does not give the president's number
reason-caller-withheld = the caller's number is withheld or unreadable
