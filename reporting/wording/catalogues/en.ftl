# What the papers say in English.

title = { $election }, { $round ->
    [1] first round
    [2] second round
   *[other] round { $round }
  }

## Figures

figure-voters = Voters
figure-blank = Blank ballots
figure-null = Spoilt ballots
figure-invalid = Blank or spoilt ballots

## The report for machines (NIST SP 1500-100)

nist-issuer = High Authority
nist-issuer-short = HA
nist-provisional = Provisional results, told by telephone and not validated: { $reported } of { $bureaux } polling stations.
nist-validated = Results validated by the High Authority: { $reported } of { $bureaux } polling stations.

## The form of the minutes

form-title = Minutes of the polling station
form-poll = { $title } – poll of { $day }
form-place = Department { $department } – { $commune }
form-code = Code
form-electors = Electors registered
form-call = To report, call
form-hotline = Hot line
form-step-code = 1. Key in the station's code: { $code }{ $hash ->
    [yes] , then #
   *[no] {""}
  }.
form-step-pin = 2. The PIN from your envelope ({ $digits } digits), then #.
form-step-figures = 3. Each number, in the order of the table, then # (0 if none);
form-step-all = or all { $figures } numbers at once, separated by *, then #.
form-step-back = To go back to the number before: * then #.
form-step-read-back = 4. The line reads all back: 1 confirm, 2 correct one figure, 3 start again.
form-step-mismatch = Sum incorrect: 1 correct, 2 hear all, 3 send what these minutes say.
form-step-receipt = 5. Write down the receipt ({ $digits } digits). Without it, nothing is sent.
form-figures = The numbers, in the order of the questions on the telephone
form-cells = One digit a cell, to the right
form-keys = On the telephone
form-hash = then #
observations = Observations and complaints
form-sum = Check: sum of lines { $first } to { $last }
form-sum-voters = = voters
form-sum-equal = equal
form-receipt = Receipt told by telephone
form-time = Time of the call
form-done = Done at ………………………………………………………………………  on ……………………………  at …………………
form-foot = The minutes decide. Figures told by telephone are provisional.
signer-president = President of the station
signer-assessor = An assessor
signer-secretary = The secretary
signer-name = Name

## The minutes of the count

recensement-title = Official minutes of the count
of-department = Department { $department }
of-nation = All departments
status-validated = Results validated by the High Authority: validated stations only are counted.
status-provisional = PROVISIONAL: figures told and not validated, of no official worth.
status-short-validated = Validated results
status-short-provisional = PROVISIONAL – not validated
bureaux-in = { $reported ->
    [one] { $shown } polling station counted
   *[other] { $shown } polling stations counted
  } of { $bureaux }
turnout = Turnout: { $part } of the electors of the stations counted; electors of all stations: { $electorate }
publication = Publication no. { $number } of { $day }, { $time } – hash { $digest }
column-code = Code
column-bureau = Polling station
column-department = Dept
column-bureaux = Stations
column-electors = Electors
column-voters = Voters
column-blank = Blank
column-null = Spoilt
column-invalid = Blank/spoilt
column-valid = Valid
carried-forward = Carried forward
brought-forward = Brought forward
total = Total
ranking = The candidates' votes, and their share of the valid votes
missing = Missing stations
missing-nobody = No station is missing.
missing-line = { $name }: { $reason }
missing-department = Department { $department } – { $lacking ->
    [one] one station
   *[other] { $lacking } stations
  } of { $bureaux }
missing-unsaid = not validated at this moment
signer-chair-commission = Chair of the commission
signer-member-commission = Member of the commission
signer-chair-authority = Chair of the High Authority
signer-member-authority = Member of the High Authority
page = page { $page } of { $pages }
