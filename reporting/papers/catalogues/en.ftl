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
