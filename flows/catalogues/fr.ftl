# What the line says in French. Short: no sentence of the usual path is longer than twenty words.
# Digits to be read one by one arrive already spaced; plain numbers are read as numbers.

## Welcome

welcome = { $election }, { $round ->
    [1] premier tour
    [2] second tour
   *[other] { $round }e tour
  }.
polls-closed = Le vote est clos.
polls-open = Le vote n'est pas clos : ceci est une répétition, rien ne sera compté.
rehearsal-keys = Pour répéter, 1. Pour arrêter, 2.

## Who

ask-code = Composez le code de votre bureau.
ask-code-again = Code du bureau ?
ask-code-hash = Composez le code de votre bureau, puis dièse.
ask-code-hash-again = Code du bureau, puis dièse ?
explain-code = Le code figure sur votre feuille de route. Composez tous ses chiffres, puis dièse.
explain-code-help = Le code figure sur votre feuille de route. Pour de l'aide, 0 puis dièse.
code-digits-only = Seulement des chiffres.
code-length = Le code a { $length } chiffres.
no-such-code = Ce numéro n'existe pas.
ask-pin = Code secret, puis dièse.
explain-pin = Le code secret a { $length } chiffres. Étoile puis dièse revient au code du bureau.
pin-form = Le code secret a { $length } chiffres.
refused = Code du bureau ou code secret inexact.
locked = Trop d'essais. Rappelez dans { $minutes ->
    [one] une minute
   *[other] { $minutes } minutes
  }.
barred = Ce bureau est verrouillé. Appelez l'assistance.
bureau = { $name }, { $commune }.

## Where we are

interrupted = Un appel précédent n'est pas terminé. Vous aviez saisi :
resume-keys = Pour continuer, 1. Pour recommencer, 2.
reported = Ce bureau a transmis à { $hour } h { $minute }. Reçu : { $number }.
reported-keys = Pour réécouter, 1. Pour rectifier, 2.
overtaken = Un autre appel vient de transmettre ce bureau. Rien n'a été remplacé.
unchanged = Rien n'a changé. Votre premier reçu reste valable. Au revoir.

## Figures

field-voters = votants
field-invalid = blancs ou nuls
field-blank = bulletins blancs
field-null = bulletins nuls
field-candidate = { $name }
ask-first-figure = Nombre de { $field }, puis dièse. Retour : étoile dièse.
ask-figure = { $field } ?
taken = { $count }. { $question }
ask-anew = { $field } : { $count }. Nouveau nombre, puis dièse ?
explain-figure = Composez le nombre écrit sur le procès-verbal, puis dièse. Zéro si aucun.
figure-digits-only = Un seul nombre, s'il vous plaît.
wrong-parts = Un seul nombre, ou tous les restants, { $remaining }, séparés par étoile.
too-long = Trop long : { $digits } chiffres au plus.
over-electorate = { $count ->
    [1] Un votant
   *[other] { $count } votants
  }, c'est plus que le nombre d'inscrits : { $limit }.
over-voters = Avec { $count }, on dépasse le nombre de votants : { $limit }.
keep-keys = Pour garder ce nombre, 1. Pour le corriger, 2.
ask-which = Quel chiffre corriger ?
ask-which-hash = Quel chiffre corriger ? Son numéro, puis dièse.
option = { $number }, { $field }.
explain-which = Composez le numéro du chiffre à corriger. Étoile pour ne rien changer.

## Arithmetic

sum-missing = Il manque { $difference ->
    [one] un bulletin
   *[other] { $difference } bulletins
  } : bulletins, { $ballots }, votants, { $voters }.
sum-excess = Il y a { $difference ->
    [one] un bulletin
   *[other] { $difference } bulletins
  } de trop : bulletins, { $ballots }, votants, { $voters }.
mismatch-keys = Pour corriger, 1. Tout réécouter, 2. Transmettre ce qu'écrit le procès-verbal, 3.

## Read-back

read-back = Je relis.
figure = { $field }, { $count }.
total = Total, { $ballots }.
read-back-keys = Pour confirmer, 1. Corriger, 2. Recommencer, 3.

## Receipt

receipt = C'est enregistré. Notez ce reçu au procès-verbal : { $number }.
receipt-rehearsal = La répétition est enregistrée. Son reçu : { $number }.
receipt-again = Je répète : { $number }.
thanks = Merci, au revoir.
rehearsal-over = C'était une répétition, rien n'est compté. Merci, au revoir.

## Help, mistakes, farewells

help-key = De l'aide, 0.
nothing-heard = Je n'ai rien reçu.
last-time = Sans réponse, je devrai m'arrêter.
explain-menu = Appuyez sur une seule touche.
not-offered = Cette touche n'est pas proposée.
connecting = Je vous passe l'assistance.
hot-line-busy = L'assistance ne répond pas.
goodbye = Rappelez quand vous voulez. Au revoir.
goodbye-kept = Ce que vous avez saisi est gardé, mais pas transmis. Rappelez pour terminer. Au revoir.
goodbye-standing = Rien n'a changé : les premiers chiffres restent valables. Au revoir.
goodbye-too-long = Cet appel est trop long. Rappelez pour terminer. Au revoir.
outdated = Le service vient d'être mis à jour. Merci de rappeler.
trouble = Un incident technique. Un instant, je reprends.
trouble-goodbye = Un incident technique. Ce que vous avez confirmé est enregistré. Merci de rappeler.
not-ready = Aucune élection n'est ouverte sur cette ligne. Au revoir.
