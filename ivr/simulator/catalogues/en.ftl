# The keypad phone in the browser, in English.

title = Rehearsal telephone
brand = Remontée
badge = Rehearsal: a simulated telephone
lead = This telephone calls the line as a bureau president's would. No real call is made.
where-pin = A bureau's code and PIN are shown in the terminal, under "make run".
keyboard = On the keyboard: digits, star, hash (or Enter). Escape hangs up.
display = Display
keypad = Keypad
star = star
hash = hash

## What the call is doing

idle = Ready to call
welcome = Press Call, then listen.
calling = Calling…
speaking = The line is speaking
waiting = Your turn
sending = One moment…
dialling = The help desk is ringing
ended = Call ended

## Buttons

call = Call
again = Call again
hang-up = Hang up
mute = Mute the voice
reached = Somebody answers
not-reached = Nobody answers
caller = Caller's number (optional)

## Beside the telephone

transcript = The conversation
transcript-empty = What is said and keyed appears here.
you = You:
unheard = (cut short)
silence = silence
twiml = The TwiML document received
twiml-empty = It appears as soon as the line answers.
receipt = Your receipt

## Failures

network = The line does not answer. See that the server runs, then call again.
failed = The line is out of order. Call again in a moment.
