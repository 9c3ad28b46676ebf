# The intranet's pages, in English.


## Frame

brand = Remontée
skip = Skip to the content
round = { $number ->
    [1] first round
    [2] second round
   *[other] round { $number }
  }
other-election = Other election
languages = Language
menu = Pages
menu-evening = The evening
menu-missing = Missing
menu-calls = Calls
menu-flags = Flags
menu-entry = Operator entry
menu-audit = Audit
bureau-code = Bureau code
find-bureau = Go to the bureau of this code
go = Go
live = Live
stale = No contact: earlier figures
as-of = As of
copy-behind = { $seconds ->
    [0] The copy is less than a second behind.
    [one] The copy is one second behind.
   *[other] The copy is { $seconds } seconds behind.
 }
copy-read = This page was read from it.
copy-too-late = That is too late: pages are read from the primary.
copy-silent = The copy does not answer: pages are read from the primary.
copy-lost = The copy of the database failed: the page comes back by itself in a second, from the primary.
work-lost = What was being prepared broke off: it is begun again by itself in ten seconds.
footer-provisional = Provisional figures, not validated by the High Authority.
provisional = PROVISIONAL
not-validated = not validated
export = Export
export-as = Export as { $form }
export-totals = Export all totals
pages = Pages
previous-page = Previous page
next-page = Next page
all = All
yes = Yes
no = No
show = Show
since = Since
until = Until
older = Older
reason = Reason
note = Note
state = State
log-in = Log in
log-in-lead = The intranet of the election night.
log-in-help = Accounts and passwords: the election's organiser.
log-in-refused = E-mail or password incorrect.
log-out = Log out
idle = Nobody was there for long: please log in again.
email = E-mail
password = Password
second-factor = Second factor
second-factor-lead = The six-digit code of your authenticator.
second-factor-code = Code
second-factor-refused = Code incorrect, or used before. Wait for the next.
start-over = Start over
change-password = Change password
present-password = Present password
new-password = New password
new-password-again = New password, once more
password-rule = Twelve characters at least.
password-refused = Nothing has changed: the present password is wrong, or the new one is too short, or not the same twice.
account = Account
role = Role
role-admin = administrator
role-supervisor = supervisor
role-operator = operator
role-cdrv = departmental commission
role-candidate = candidate's team
role-authority = High Authority
post-chair = chair
post-clerk = clerk
api = Data access
api-lead = A program reads what you may read. Its description:
token = Token
token-once = Copy this token now: it is not shown again. It is good for 24 hours.
new-token = New token
new-token-help = Earlier tokens are then worth nothing.
refusal = That is not possible
back-home = Back
forbidden = Your account does not allow this.
stale-form = The form has expired: go back, reload the page and try again.
bad-parameter = The address is not right: { $name } cannot be "{ $value }".
too-large-for-workbook = Too many rows for a workbook. Take the CSV file.
error-400 = The request makes no sense.
error-401 = Log in, or send a token in the header Authentication-Token.
error-403 = That is out of your reach.
error-404 = There is no such thing.
error-405 = That cannot be asked in this way.
full = Many people at once: the page comes back by itself in a second.
error-415 = Only a form is taken here.
no-script = Figures as of { $time }. Without JavaScript, reload the page for more.
menu-own = Department { $code }
no-such-bureau = No bureau has the code "{ $code }".
error-409 = The register has just changed: please start again.
error-413 = That is too long.
error-429 = Too many attempts. Wait a quarter of an hour.
error-500 = Something went wrong; nothing was lost. Try again.
error-other = The request could not be met.

## Figures

figure-voters = Voters
figure-blank = Blank ballots
figure-null = Spoilt ballots
figure-invalid = Blank or spoilt
valid = Valid votes
of-voters = of voters
electors = Electors
turnout = Turnout
turnout-of-reported = of bureaux reported
candidate = Candidate
your-candidate = your candidate
votes = Votes
share = Share
total-ballots = Total of ballots

## The evening

evening = The evening
progress = Progress
bureaux-reported = Bureaux reported
of-electors = of { $count } electors of these bureaux
last-report = Last bureau received
ago = { $age } ago
per-minute = { $count } / min
doubtful = { $count ->
    [one] These figures include a bureau that carries a serious flag.
   *[other] These figures include { $count } bureaux that carry a serious flag.
  }
doubted = flagged
none-yet = No bureau has reported yet.
national-shares = National results
shares-caption = Shares of the valid votes
map = Map
map-colouring = What the map shows
map-progress = Progress
map-leader = Leading candidate
map-title = { $name }: { $part } reported
map-title-leader = { $name }: { $part } reported; provisional, leading { $leader }, { $share }
curve = Bureaux reported through the evening
curve-label = { $reported } of { $total } bureaux reported; at most { $busiest } in one minute.
curve-legend = Line: total. Bars: by the minute, at most { $busiest }.
line-load = The line
calls-now = Calls now
calls-per-minute = Calls a minute (last 5)
calls-taken = Calls taken
mean-length = Mean length
completed = Completed
given-up = Given up
pin-failures = Wrong PINs
pin-failures-short = Wrong PINs
departments = Departments
reported = Reported
department = Department
dept = Dept
department-shares = Results of the department
bureaux = Bureaux
bureau = Bureau
code = Code
not-reported = Not reported yet
who-is-missing = { $count ->
    [0] No bureau missing
    [one] One bureau missing
   *[other] { $count } bureaux missing
  }

## A bureau

register = Register
president = President
number = Number
state-reported = Reported at { $time }, by { $channel }
channel-phone = phone
channel-operator = operator
pin-is-free = not locked
pin-is-locked-until = locked until { $time }
pin-is-locked-for-good = locked by a supervisor
key-for-this = Key a tally for this bureau
lock-pin = Lock the PIN
unlock-pin = Unlock the PIN
open-bureau = Open the bureau
pin-locked = The PIN is locked.
pin-unlocked = The PIN is unlocked.
pin-not-locked = The PIN is not locked.
no-reason = A reason is needed: nothing has changed.
figures = Figures
versions-caption = Every version, by every channel
stands = stands
differs = different
receipt = Receipt
came-by = Came by
no-flags = No flags.
unchecked-count = { $count ->
    [one] One rule could not be checked
   *[other] { $count } rules could not be checked
  }
history = History of the bureau
nothing-yet = Nothing yet.
withheld = number withheld
event-call = Call from { $caller }: { $outcome }
event-tally = Figures by { $channel }, version { $version }, receipt { $receipt }
decision-flag-resolved = Flag resolved:
decision-call-reviewed = Call reviewed:
decision-pin-locked = PIN locked:
decision-pin-unlocked = PIN unlocked:
rehearsal = rehearsal

## Missing

bureaux-missing = Bureaux missing
electors-missing = Electors of these
departments-incomplete = Departments incomplete
missing-by-department = By department
how-far = How far
progress-silent = no call
progress-started = started, not confirmed
progress-wrong-pin = called, wrong PIN
progress-locked = locked
wrong-pins = { $count ->
    [one] one wrong PIN
   *[other] { $count } wrong PINs
  }
sort-by = Sort by
order-code = code
order-electorate = electors
order-last-call = last call
last-call = Last call
nobody-missing = Nobody is missing.

## Calls

call = Call
call-number = Call { $number }
began = Began
caller = Caller
outcome = Outcome
length = Length
flagged = Flagged
reviewed = Reviewed
no-calls = No calls like that.
outcome-confirmed = confirmed
outcome-listened = listened, nothing changed
outcome-declined = declined
outcome-refused = refused
outcome-locked = locked out
outcome-silent = silence
outcome-mistaken = mistakes
outcome-transferred = transferred
outcome-too-long = too long
outcome-dropped = dropped
outcome-going-on = going on
conversation = The conversation
translated = The line spoke French; its sentences are shown in English.
not-replayed = The service or the register has changed since this call: only the answers are shown.
speaker-line = Line
speaker-caller = Caller
speaker-house = System
deed-silent = silence
deed-stray = stray hash
deed-pin-right = correct
deed-pin-wrong = wrong
deed-pin-locked = locked out
deed-pin-malformed = no PIN
deed-reached = The help desk answered.
deed-not-reached = The help desk did not answer.
deed-stored = Stored. Receipt:
deed-not-kept = no code: the keys are not kept
call-ended = The call ended:
facts = Facts
review = Review
not-reviewed = Not reviewed yet.
mark-reviewed = Mark as reviewed
call-reviewed = The call is marked as reviewed.

## Flags

severity = Severity
by-severity = By severity
severity-serious = serious
severity-warning = warning
severity-notice = notice
rule = Rule
versions = Versions
standing-only = Those that stand
what = What
raised = Raised
age = Age
flag-state-open = open
flag-state-resolved = resolved
flag-state-unchecked = not checked
flag-state-passed = checked later, in order
no-flags-like-that = No flags like that.
the-rule = The rule
what-to-do = What to do
resolution = Resolution
flag-is-open = Nobody has resolved it yet.
counts-all-the-same = The figures count as they are, resolved or not.
resolve = Resolve
resolve-help = The flag stays, with your name and this reason.
flag-resolved = The flag is resolved.
already-resolved = Somebody resolved it before you.
figures-beside-neighbours = Its figures and the neighbours'
neighbours-caption = "Usual": the department's median
no-norms-yet = "Usual": { $count } bureaux of the department must have reported
usual = Usual

## Operator entry

entry-lead = The president tells you code and PIN, then the figures of the minutes.
entry-help = A wrong PIN counts as on the phone: after six, the bureau is locked for a quarter of an hour.
presidents-number = The president's number (if known)
verify = Verify
entry-form = The code has digits only, and the PIN six of them.
entry-refused = Bureau code or PIN incorrect.
entry-locked = Too many attempts: locked until { $time }, unless a supervisor unlocks it.
entry-barred = A supervisor has locked this bureau, or there were too many attempts: a supervisor can unlock it.
entry-number = This telephone number is not complete.
entry-other-bureau = This entry was for another bureau than the one verified last: nothing is stored. Verify again.
entry-used = An entry has followed this verification: verify again before making another.
entry-again = Verify code and PIN again: nothing is stored.
entry-phoned = This bureau has phoned in already (version { $version }, { $time }). Your entry does not replace it: it stands beside it, and a difference is flagged.
entry-earlier = An operator has keyed this bureau already (version { $version }, { $time }). Yours will be the next version.
entry-wrong = Each field wants a number of { $digits } digits at most; zero if there are none.
entry-sum = The sum does not hold: { $ballots } ballots, { $voters } voters, a difference of { $difference }. Correct it, or confirm if the minutes do say so.
entry-over = More voters, { $voters }, than registered electors, { $electorate }.
figures-of-minutes = Figures of the minutes
read-back = Read back to the president
read-back-lead = Read every figure to the president, and confirm when they say yes.
keyed-now = Keyed
confirm = The president confirms
confirm-as-minutes = Confirm: the minutes say so
correct = Correct
leave = Leave
stored = It is stored
receipt-lead = Read this receipt to the president, to be written on the minutes.
next-bureau = Next bureau
rehearsal-note = The polls are open: a rehearsal, nothing will count

## Audit

audit-check = The chain
audit-head = Newest row { $row }, hash
audit-holds = The chain holds, from the first row to row { $row }.
audit-broken = The chain is broken at row { $row }: { $reason }.
check-now = Check now
check-help = Some seconds at the end of the evening.
search = Search
row = Row
at = At
actor = Who
action = Action
subject = Subject
detail = Detail
hash = Hash
audit-tally-stored = tally stored
audit-flags-raised = flags raised
audit-pin-locked = PIN locked
audit-pin-unlocked = PIN unlocked
audit-pin-reissued = PIN reissued
audit-pins-issued = PINs issued
audit-flag-resolved = flag resolved
audit-call-reviewed = call reviewed
audit-election-created = election created
audit-election-updated = election updated
audit-account-created = account created
audit-account-renewed = account renewed
audit-account-closed = account closed
audit-logged-in = logged in
audit-log-in-refused = log-in refused
audit-password-changed = password changed
audit-token-made = token made
nothing-found = Nothing like that.

## Sheets

dataset-totals = Provisional totals
dataset-pace = Bureaux reported by the minute
dataset-line = What the line bears
dataset-missing = Bureaux that have not reported
dataset-calls = The call log
dataset-flags = Flags
dataset-history = A bureau's history
dataset-audit = The audit chain

## What each rule looks for

about-voters-over-electorate = More voters than the register has electors.
do-voters-over-electorate = Ask the president for the electors on the minutes: some are added on the day. Otherwise have the figures corrected by phone.
about-sum-mismatch = Votes and invalid ballots do not make the voters.
do-sum-mismatch = Go through the figures with the president. If the minutes do say so, write that as the reason.
about-digit-slip-sum = The sum would hold with one digit more or less in one figure.
do-digit-slip-sum = Ask the president for that figure; have it corrected by phone.
about-channels-differ = Phone and operator have sent different figures.
do-channels-differ = Compare both with the president. The phoned figures stand until they are corrected.
about-swapped = Two figures stand exchanged in another channel or version.
do-swapped = Ask the president which is which, minutes in hand.
about-digit-slip = A figure has one digit more or less in another channel or version.
do-digit-slip = Ask the president for that figure, digit by digit.
about-turnout-outlier = The turnout is more than six robust deviations from the department's median.
do-turnout-outlier = See if the register's electors are right, then the voters. Barracks or an island may explain it.
about-share-outlier = A candidate's share is more than seven robust deviations from the department's median.
do-share-outlier = Compare with the neighbours. Two candidates exchanged often make two strange shares; a stronghold explains itself.
about-same-figures = Another bureau has sent the very same figures.
do-same-figures = Read both calls: somebody may have sent one sheet twice.
about-no-voters = Nobody voted.
do-no-voters = Ask the president whether the bureau opened.
about-single-candidate = One of several candidates has all the votes.
do-single-candidate = Ordinary in a very small bureau; elsewhere, go through it with the president.
about-round-numbers = Too many figures end in 0 for chance.
do-round-numbers = Ask whether they were counted, or estimated.
about-round-department = Over the whole department, too many figures are round for chance.
do-round-department = Go through the department's bureaux with its commission.
about-too-soon = Reported faster than anybody counts: more than 60 ballots a minute.
do-too-soon = Ask the president when the count began.
about-call-too-short = The call took less than a quarter of what it heard.
do-call-too-short = Read the call. Who knows the line is quick; a machine is quicker.
about-pin-failures = Three wrong PINs or more for this bureau before these figures.
do-pin-failures = Call the president on the register's number: was it they?
about-several-versions = The third version, or a later one.
do-several-versions = Ask why the figures keep changing; compare the versions.
about-rules = The rules themselves broke: nothing was checked.
do-rules = Tell the engineer, and go through these figures by hand.
about-rectified = These figures replace earlier ones.
do-rectified = Compare both versions.
about-caller-not-president = The call did not come from the president's number.
do-caller-not-president = Often the town hall. In doubt, call the president.
about-caller-several-bureaux = The same number has reported for several bureaux.
do-caller-several-bureaux = A town hall does so with good reason. Otherwise, read the calls.

# --- From the minutes to publication ---

menu-minutes = Minutes
menu-reconciliation = Reconciliation
menu-validation = Validation
channel-pv = minutes
channel-pen = pen
dataset-reconciliation = The channels compared, field by field
decision-third-look = Third look at the minutes:
decision-fields-decided = Figures decided:
decision-listed-missing = Listed as missing:
decision-signed-off = Department signed off:
decision-validated = Validated by a member of the High Authority:
decision-refused = Validation refused:
decision-taken-back = Take-back asked for:
decision-sample-drawn = Sample drawn:

code-or-name = Code, commune or name of the bureau
open-or-search = Open
minutes-help = Type the code or the name, then Enter: a single bureau opens at once. Two people key each bureau's minutes, the second without seeing the first.
paper-none = To key
paper-first = First entry made
paper-differs = Entries differ
paper-settled = Keyed twice
last-entry = Last entry
by = By
no-such-minutes = No bureau is like that.
pv-of = Minutes { $code }
entry-of = { $number ->
    [1] 1st entry
   *[other] 2nd entry
}
own-first-entry = You made the first entry at { $time }. The second is somebody else's.
next-minutes = Next minutes
key-again = Correct my entry
pv-settled = These minutes were keyed twice, and are the same.
key-anew = Key them anew (the paper was corrected)
adds-up = It adds up.
too-many = Ballots too many:
too-few = Ballots missing:
over-electorate = More voters than electors:
to-key = Still to key:
as-written = The figures stand like this on the paper, even if they do not add up.
keep-entry = Keep
pv-help = Enter goes to the next figure; on the last one it keeps the entry.
pv-first-kept = First entry kept: { $bureau }. Somebody else will make the second.
pv-agreed = Both entries are the same: { $bureau }.
pv-differs = The two entries differ: { $bureau }. The commission's chair must look at the paper.
scan = Picture of the minutes
scan-label = Photograph or scan (JPEG, PNG, PDF, 10 MB at most)
scan-send = Attach
scan-page = Minutes, page { $page }
scan-kept = { $count ->
    [one] Picture attached.
   *[other] { $count } pages attached.
}
no-scan = No picture is attached.
scan-too-large = This file is too large: 10 MB and 60 million pixels at most.
scan-unknown = This file is no JPEG, PNG or PDF.
scan-broken = This file is broken and cannot be read.
scan-pages = This PDF must have one to six pages.
third-look = Third look
third-look-lead = The two entries differ. Look at the paper, and key what it says.
the-paper-says = The paper says
settle-minutes = Settle the minutes
take-third-look = Take the third look
third-look-taken = The minutes are settled.
blind-until-second = The figures can be seen after the second entry.

channels = Channels
channels-caption = Phone (what the president confirmed), minutes (keyed twice), pen (read from the ink). What differs is marked.
state-agreed = agreed
state-differing = differing
state-incomplete = incomplete
stage = Stage
stage-incomplete = Incomplete
stage-differing = Differing
stage-agreed = Agreed
stage-decided = Decided
stage-listed = Listed as missing
stage-half-validated = Validated by one member
stage-validated = Validated
stage-refused = Refused
kind-one-digit = one digit
kind-digit-more-or-less = a digit more or less
kind-transposed-digits = transposed digits
kind-candidates-swapped = candidates swapped
kind-shifted-column = shifted column
kind-other = other difference
kind-no-phone = no call
kind-no-pv = no minutes
kind-nothing = nothing has come
at-stake = At stake (votes)
what-differs = What differs
cases = { $count ->
    [one] 1 bureau.
   *[other] { $count } bureaux.
}
cases-order = Those first that can change the result most.
no-cases = No bureau: nothing to reconcile here.
published = Published
changed-since = Changed since validation
published-and-changed = This bureau is published, and a channel has changed since: the published figures stay those that two members validated, until others are validated or these are taken back.
reconciliation-of = Reconciliation { $code }
how-it-differs = Difference
settled-figures = Settled
taken-from = Decision
read-from-scan = read on the paper
decide-fields = Decide
fields-decided = The figures are decided.
authority = High Authority
validated-by = Validated by { $first } and { $second } at { $time }: published.
one-member = One member has validated; a second is wanted.
asked-back = { $member } asks to take it back: a second member must confirm.
validate-first = Validate (first member)
validate-second = Validate (second member) and publish
nothing-to-validate-here = Nothing to validate at this stage: { $stage }.
refuse-validation = Refuse validation
take-back-first = Ask to take it back
take-back-second = Confirm the take-back
list-missing = List as missing
listed-missing = The bureau is listed as missing.
validation-kept = Validation kept.
validation-refused = Validation is refused; somebody must decide.
taken-back = Take-back kept.
minutes-entries = Entries of the minutes
unread = unread
ink-of = { $name }, pen { $pen }, received at { $time }
whole-ink = All the ink
signed-departments = Departments signed off
validation-caption = Bureaux by stage. Published: two members have validated.
signed-off = Signed off
changed-cases = { $count ->
    [one] 1 published bureau has changed since its validation.
   *[other] { $count } published bureaux have changed since their validation.
}
validation-of = Department { $code }: sign-off and validation
sign-off = The commission's sign-off
signed-by = Signed by { $who } at { $time }.
cumulated = Cumulated result, as signed
ready-to-sign = Every bureau is agreed, decided or listed as missing: the department can be signed off.
sign-note = Remarks that go with the signature
sign = Sign the department off
department-signed = The department is signed off and sent on.
validate-at-once = Validate in one gesture
at-once-lead = { $count } agreed bureaux without a serious flag: { $first } for the first time, { $second } for the second, which publishes.
validate-these = { $count ->
    [one] Validate this bureau
   *[other] Validate these { $count } bureaux
}
which-bureaux = Which?
at-once-help = Bureaux that were decided or flagged are validated one by one. What changes while you read is left out.

not-ready = { $count ->
    [one] 1 bureau is neither agreed, nor decided, nor listed as missing.
   *[other] { $count } bureaux are neither agreed, nor decided, nor listed as missing.
}
polls-open = The polls are open: nothing is keyed, validated or published before they close.
same-clerk-twice = You made the other entry: this one is somebody else's.
first-entry-there = Somebody else has made the first entry.
no-first-entry = There is no first entry yet.
third-look-wanted = The two entries differ: the commission's chair must look at the paper.
nothing-differs = There are no two entries that differ.
does-not-add-up = { $ballots } ballots for { $voters } voters: { $difference } apart. Read the paper again.
overtaken = This bureau has changed while you were reading: look again.
undecided = Nothing is chosen for { $field }, or the channel that is chosen has no figure.
not-at-this-stage = This cannot be done at this stage: { $stage }.
already-signed = The department is signed off, and nothing has changed since.
same-member-twice = You are the first member: somebody else is wanted.
nothing-to-validate = No bureau to validate in one gesture.
not-validated-yet = This bureau is not validated.

menu-inspection = Inspection
inspection-lead = Channels that agree are no proof that the paper says the same: a sample of minutes is read by hand.
risk = Risk
risk-of = risk { $percent } %
papers-to-look-at = Minutes to look at
margin = Lead of the first (votes)
fewest-wrong = Wrong bureaux that would hide it
draw = Draw
seed = Seed of the draw
draw-papers = { $count ->
    [one] Draw 1 paper
   *[other] Draw { $count } papers
}
seed-help = Twenty dice thrown in public, once the list stands. The seed and the codes are published: of two bureaux, the one whose SHA-256 of "seed,code" is smaller is drawn first, as anybody can check.
sample = Sample
sample-of = { $count } papers of { $bureaux } agreed, drawn at { $time }, risk { $percent } %.
drawn-from = Drawn from (digest)
no-sample = Nothing has been drawn.
sample-drawn = The sample is drawn, and its seed published.
no-seed = The seed must have 10 to 200 characters.
channels-are = Channels: { $state }
to-reconciliation = Channels, decisions and validation of this bureau
export-validated = Export validated results
print-recensement = Minutes of the count (PDF)

menu-pen = Pen
pen-lead = What the pen wrote on the minutes (W3C InkML): the ink is seen beside the keyed figures, and read where that is sure.
pen-outcomes = Documents taken in
document = Document
pen-taken = Taken: { $read } figures read, { $unread } unread.
pen-left = { $count } documents too many were not taken: { $most } at a time.
pen-label = The pen's documents
pen-send = Take in
pen-help = A whole evening comes by the command line: pen import FOLDER.
confidence = Confidence
pen-TooLarge = Refused: the document is too large.
pen-UnreadableFile = Refused: the file cannot be read.
pen-BadArchiveEntry = Refused: the archive's entry cannot be unpacked.
pen-NotXml = Refused: the document is not well-formed XML.
pen-ForbiddenXml = Refused: the document declares a document type or an entity.
pen-TooIntricate = Refused: the document has too many elements, or too deep ones.
pen-TooMuchInk = Refused: the document has too many traces or points.
pen-NotInk = Refused: the document is not InkML (namespace http://www.w3.org/2003/InkML).
pen-UnsupportedInk = Refused: the document maps or splits its traces in a way that is not supported.
pen-BadFormat = Refused: the document's trace format is not one of X and Y in a known unit, right and down.
pen-BadPoint = Refused: a trace has a point that is not numbers of its format.
pen-OffTheForm = Refused: a point lies far off the form.
pen-NoInk = Refused: the document has no ink.
pen-NoBureau = Refused: the document names no bureau.
pen-SeveralBureaux = Refused: the document names several bureaux.
pen-NoSuchBureau = Refused: no such bureau in this election.
pen-AlreadyTaken = Refused: this document has been taken already.
pen-PollsStillOpen = Refused: the polls are still open.
pen-OutsideDepartment = Refused: the bureau is in another department.
to-public-page = The public page
no-scan-kept = No picture is attached: nothing can be read from it.
minutes-open = The minutes are being keyed anew: nothing is validated before they are settled.

menu-lines = Lines
lines-title = How many telephone lines?
lines-lead = Every bureau phones in once. Who finds all lines busy hears the busy tone, and redials: with too few lines presidents give up.
lines-erlang = Lines to order (Erlang B)
lines-bureaux = Bureaux
lines-window = Window (minutes)
lines-seconds = A call (seconds)
lines-accepted = May be turned away
lines-order = To order
lines-peak = { $erlangs } erlangs at the busiest moment of a real evening
lines-even = If calls came evenly
lines-even-load = { $erlangs } erlangs, and they never do
lines-least = At the very least
lines-least-why = with fewer, more than one president in a hundred gives up, after { $patience } busy tones
lines-refused = at most { $part } of the calls turned away at the busiest moment
lines-plan = { $bureaux } bureaux in { $minutes } minutes, calls of { $seconds } seconds
lines-made = Made on { $time }, each evening played { $count } times.
lines-arrivals-real = They phone as on a real evening
lines-arrivals-burst = They all phone at closing
lines-arrivals-even = They phone evenly
lines-drawing = Lines against the minutes until 50, 95 and 99 per cent have reported. To order: { $order }. With fewer than { $least } lines, 99 per cent never report. The table below has the figures.
lines-minutes = Minutes until so many have reported
lines-lines = Lines
lines-order-of = order { $count }
lines-too-few = fewer than { $count }: some give up
lines-table = With more lines, or fewer
lines-caption = Minutes until so many have reported: the median evening (the first and the last)
lines-until = { $percent } %
lines-in-the-end = Reported in the end
lines-attempts = Attempts each
lines-busy = Busy tones
lines-never = never
lines-what-if = What if
lines-what-if-caption = With the lines ordered, then with as many as that evening needs
lines-evening = Evening
lines-twice = Twice the calls
lines-staggered = Calling windows are staggered
lines-burst = Everybody phones at closing
lines-burst-staggered = Everybody would, but windows are staggered
lines-needed = with the lines it needs
lines-no-plan = No plan has been kept
lines-how = Playing evenings takes seconds, so it is done on the command line; this page shows the plan that was kept last.
