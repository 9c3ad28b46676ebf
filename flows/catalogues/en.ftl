# What the line says in English. Short: no sentence of the usual path is longer than twenty words.
# Digits to be read one by one arrive already spaced; plain numbers are read as numbers.

## Welcome

welcome = { $election }, { $round ->
    [1] first round
    [2] second round
   *[other] round { $round }
  }.
polls-closed = The polls are closed.
polls-open = The polls are still open: this is a rehearsal, nothing will be counted.
rehearsal-keys = To rehearse, press 1. To stop, 2.

## Who

ask-code = Key in your polling station's code.
ask-code-again = Polling station code?
ask-code-hash = Key in your polling station's code, then hash.
ask-code-hash-again = Polling station code, then hash?
explain-code = The code is on your worksheet. Key in all its digits, then hash.
explain-code-help = The code is on your worksheet. For help, press 0 then hash.
code-digits-only = Digits only, please.
code-length = The code has { $length } digits.
no-such-code = That number does not exist.
ask-pin = PIN, then hash.
explain-pin = The PIN has { $length } digits. Star then hash goes back to the station's code.
pin-form = The PIN has { $length } digits.
refused = Station code or PIN incorrect.
locked = Too many attempts. Call again in { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
  }.
barred = This station is locked. Please call the help desk.
bureau = { $name }, { $commune }.

## Where we are

interrupted = An earlier call is not finished. You had keyed in:
resume-keys = To continue, press 1. To start again, 2.
reported = This station reported at { $hour }:{ $minute }. Receipt: { $number }.
reported-keys = To hear the figures, press 1. To correct them, 2.
overtaken = Another call has just reported this station. Nothing was replaced.
unchanged = Nothing has changed. Your first receipt stays valid. Goodbye.

## Figures

field-voters = voters
field-invalid = blank or spoilt ballots
field-blank = blank ballots
field-null = spoilt ballots
field-candidate = { $name }
ask-first-figure = Number of { $field }, then hash. Back: star hash.
ask-figure = { $field }?
taken = { $count }. { $question }
ask-anew = { $field }: { $count }. New number, then hash?
explain-figure = Key in the number written on the minutes, then hash. Zero if none.
figure-digits-only = One number only, please.
wrong-parts = One number, or all that remain, { $remaining }, separated by star.
too-long = Too long: { $digits } digits at most.
over-electorate = { $count ->
    [1] One voter
   *[other] { $count } voters
  }: that is more than the number registered, { $limit }.
over-voters = With { $count }, there are more votes than voters, { $limit }.
keep-keys = To keep this number, press 1. To correct it, 2.
ask-which = Which figure do you want to correct?
ask-which-hash = Which figure do you want to correct? Its number, then hash.
option = { $number }, { $field }.
explain-which = Key in the number of the figure to correct. Star to change nothing.

## Arithmetic

sum-missing = { $difference ->
    [one] One ballot is
   *[other] { $difference } ballots are
  } missing: ballots, { $ballots }, voters, { $voters }.
sum-excess = { $difference ->
    [one] One ballot
   *[other] { $difference } ballots
  } too many: ballots, { $ballots }, voters, { $voters }.
mismatch-keys = To correct, press 1. To hear all, 2. To send what the minutes say, 3.

## Read-back

read-back = I read back.
figure = { $field }, { $count }.
total = Total, { $ballots }.
read-back-keys = To confirm, press 1. To correct, 2. To start again, 3.

## Receipt

receipt = It is stored. Write this receipt on the minutes: { $number }.
receipt-rehearsal = The rehearsal is stored. Its receipt: { $number }.
receipt-again = I repeat: { $number }.
thanks = Thank you, goodbye.
rehearsal-over = This was a rehearsal, nothing is counted. Thank you, goodbye.

## Help, mistakes, farewells

help-key = Help, 0.
nothing-heard = I received nothing.
last-time = Without an answer, I shall have to stop.
explain-menu = Press one key only.
not-offered = That key is not on offer.
connecting = I am putting you through to the help desk.
hot-line-busy = The help desk does not answer.
goodbye = Call again whenever you like. Goodbye.
goodbye-kept = What you keyed in is kept, but not sent. Call again to finish. Goodbye.
goodbye-standing = Nothing has changed: the first figures stand. Goodbye.
goodbye-too-long = This call is too long. Call again to finish. Goodbye.
outdated = The service has just been updated. Please call again.
trouble = A technical hitch. One moment, I resume.
trouble-goodbye = A technical hitch. What you confirmed is stored. Please call again.
not-ready = No election is open on this line. Goodbye.
