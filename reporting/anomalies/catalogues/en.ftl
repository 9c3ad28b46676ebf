# What the flags say in English: one sentence each.

voters-over-electorate = More voters, { $voters }, than registered electors, { $electorate }.
sum-mismatch = Ballots, { $ballots }, and voters, { $voters }: a difference of { $difference }.
no-voters = Nobody voted.
single-candidate = { $candidate } has all of the { $votes } valid votes.
rectified = Version { $version }: it replaces figures that were reported before.
caller-not-president = The call came from { $caller }, and not from the president's number, { $president }.
caller-several-bureaux = { $caller } has reported for { $bureaux } bureaux.
turnout-outlier = Turnout { $turnout } %, where { $usual } % is usual in the department: { $z } deviations away ({ $sample } bureaux).
share-outlier = { $field }: { $share } % of the valid votes ({ $votes }), where { $usual } % is usual in the department: { $z } deviations away ({ $sample } bureaux).
same-figures = The very same figures as bureau { $bureau }{ $others ->
    [1] .
   *[other] {" "}and { $others } in all.
  }
channels-differ = Phone and operator differ in { $fields ->
    [one] one figure
   *[other] { $fields } figures
  }.
swapped = { $field } has { $count } and { $other_field } { $other_count }: the other way round in another channel or version.
digit-slip = { $field } has { $count }, and { $would_be } in another channel or version: one digit more or less.
digit-slip-sum = The sum would hold if { $field } had { $would_be } instead of { $count }: one digit more or less.
round-numbers = { $round } of { $counts } figures end in 0.
round-department = In the department { $round } figures are round where { $expected } would be expected.
too-soon = Reported { $minutes ->
    [0] in the first minute
    [one] one minute
   *[other] { $minutes } minutes
  } after the polls closed, with { $voters } ballots to count.
call-too-short = The call took { $seconds } s; what it heard takes { $prompts } s to say.
pin-failures = { $failures } wrong PINs for this bureau came before.
several-versions = Version { $version }: the figures have changed several times.

## Figures

field-voters = voters
field-blank = blank ballots
field-null = spoilt ballots
field-invalid = blank or spoilt ballots

## A rule that could not be checked

unchecked = Not checked ({ $rule }): { $reason }.
rule-rules = all rules
rule-sum-mismatch = sum check
rule-digit-slip-sum = one digit more or less
rule-channels-differ = channels that differ
rule-swapped = figures exchanged
rule-digit-slip = one digit more or less, beside another channel or version
rule-turnout-outlier = turnout far from usual
rule-share-outlier = share far from usual
rule-same-figures = same figures as another bureau
rule-no-voters = nobody voted
rule-single-candidate = one candidate has all
rule-round-numbers = round figures
rule-round-department = round figures in the department
rule-too-soon = reported too soon
rule-call-too-short = call too short
rule-pin-failures = wrong PINs before
rule-several-versions = several versions
rule-rectified = corrected
rule-voters-over-electorate = voters and electors
rule-caller-not-president = the president's number
rule-caller-several-bureaux = one number for several bureaux
reason-no-electorate = the register does not give the electorate
reason-no-president-number = the register does not give the president's number
reason-caller-withheld = the caller's number is withheld or unreadable
reason-broken = the rules broke on these figures
reason-few-electors = the bureau has too few electors to compare
reason-few-votes = the bureau has too few votes to compare
reason-small-sample = too few bureaux of the department have reported to compare
passed = Checked later, and in order ({ $rule }).
