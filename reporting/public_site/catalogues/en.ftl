# The public page of results, in English.

round = { $number ->
    [1] first round
    [2] second round
   *[other] round { $number }
  }
title = Results
validated = Results validated by the High Authority
partial = Partial results
complete = Complete results
nothing = No result published
skip = Skip to content
languages = Language
other-elections = Other election
back = All departments
month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
  }
day = { $day } { month } { $year }
publication = Publication no. { $number }
local-time = local time of the election
as-of = { $day } at { $time }

polls-open = The polls are open.
polls-open-why = Nothing is published before the polls close, on { $day } at { $time } ({ $zone }).
nothing-yet = No result is validated yet.
nothing-yet-why = The polls are closed and the ballots are being counted. Each bureau appears here once two members of the High Authority have validated its figures.
renew = Renew the page
renew-always = Renew it every minute
none-here = No bureau of this department is validated yet.

partial-why = Only bureaux whose figures are validated count here. No estimate, no projection: the order of the candidates may still change.
complete-why = The figures of all bureaux are validated.
bureaux = Bureaux published
bureaux-of = { $count ->
    [one] bureau of { $all }
   *[other] bureaux of { $all }
  }
ballots = Ballots
ballots-partial = The total is not known until every bureau is published.
ballots-complete = in all bureaux
electors = Electors
electors-of = registered, of { $all }
electors-alone = registered in these bureaux
turnout = Turnout
turnout-of = in the bureaux published

shares = Votes by candidate
shares-caption = Sums of the bureaux published, in the order of votes. Percentages of the valid votes.
candidate = Candidate
votes = Votes
share = Share
valid = Valid votes
figure-invalid = Blank and null
figure-blank = Blank
figure-null = Null
figure-voters = Voters
of-voters = { $part } of voters
turnout-short = turnout { $part }

map = Map of the departments
map-legend = The colour of who leads in the bureaux published; paler while the department is partial.
map-none = Nothing published
map-title = { $name }: nothing published
map-title-leader = { $name }: { $done } bureaux of { $all }; { $leader } leads with { $share }
map-title-votes = { $name }: { $done } bureaux of { $all }; no valid vote
departments = By department
departments-caption = Share of the valid votes in the published bureaux of each department.
department = Department
list-bureaux = By bureau
bureaux-caption = The published bureaux of the department, in the order of their codes.
bureau = Bureau
code = code { $code }

downloads = Data
download-json = The whole signed snapshot (JSON)
download-national = National total (CSV)
download-department = By department (CSV)
download-bureau = By bureau (CSV)
download-chain = All publications (JSON)
recent = Latest publications
recent-number = No.
recent-at = Time
recent-bureaux = Bureaux
recent-hash = Hash
proof = Verify
proof-how = Every publication is numbered, signed (Ed25519) and bound to the one before it. To check a file that you downloaded:
key = Public key
hash = Hash (SHA-256)
footer = A publication replaces the one before it. A bureau whose validation is taken back is gone from the next.

error-no-election = There is no election of this number.
error-no-department = No department of this code votes in this election.
error-404 = There is no page at this address.
error-405 = This page can only be read.
error-bad-level = The level is national, department or bureau.
error-bad-number = The number of a publication is a number.
error-503 = The results cannot be read at the moment. Come back in a minute.
error-other = This request could not be served.
to-results = To the results
inspection = Inspection by hand
inspection-of = { $size } minutes drawn from { $bureaux } whose channels agree, at a risk of { $percent } %. Their codes are in the publication of the draw.
seed = Seed of the draw
