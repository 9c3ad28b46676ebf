# The intranet's pages, in French.


## Frame

brand = Remontée
skip = Aller au contenu
round = { $number ->
    [1] premier tour
    [2] second tour
   *[other] tour { $number }
  }
other-election = Autre scrutin
languages = Langue
menu = Pages
menu-evening = La soirée
menu-missing = Manquants
menu-calls = Appels
menu-flags = Signalements
menu-entry = Saisie opérateur
menu-audit = Registre d'audit
bureau-code = Code du bureau
find-bureau = Aller au bureau de ce code
go = Aller
live = En direct
stale = Plus de contact : chiffres d'avant
as-of = État à
copy-behind = { $seconds ->
    [0] La copie a moins d'une seconde de retard.
    [one] La copie a une seconde de retard.
   *[other] La copie a { $seconds } secondes de retard.
 }
copy-read = Cette page en a été lue.
copy-too-late = C'est trop : les pages sont lues à la source.
copy-silent = La copie ne répond pas : les pages sont lues à la source.
copy-lost = La copie de la base a fait défaut : la page revient d'elle-même dans une seconde, lue à la source.
work-lost = La préparation s'est interrompue : elle reprend d'elle-même dans dix secondes.
footer-provisional = Chiffres provisoires, non validés par la Haute Autorité.
provisional = PROVISOIRE
not-validated = non validé
export = Exporter
export-as = Exporter en { $form }
export-totals = Exporter tous les totaux
pages = Pages
previous-page = Page précédente
next-page = Page suivante
all = Tous
yes = Oui
no = Non
show = Afficher
since = Depuis
until = Jusqu'à
older = Plus anciens
reason = Motif
note = Note
state = État
log-in = Se connecter
log-in-lead = L'intranet de la soirée électorale.
log-in-help = Comptes et mots de passe : l'organisateur de l'élection.
log-in-refused = Adresse ou mot de passe incorrects.
log-out = Se déconnecter
idle = Personne n'était là depuis longtemps : reconnectez-vous.
email = Adresse e-mail
password = Mot de passe
second-factor = Second facteur
second-factor-lead = Le code à six chiffres de votre application d'authentification.
second-factor-code = Code
second-factor-refused = Code incorrect, ou déjà utilisé. Attendez le suivant.
start-over = Recommencer
change-password = Changer le mot de passe
present-password = Mot de passe actuel
new-password = Nouveau mot de passe
new-password-again = Nouveau mot de passe, encore une fois
password-rule = Douze caractères au moins.
password-refused = Rien n'a changé : mot de passe actuel faux, nouveau trop court, ou différent de sa répétition.
account = Compte
role = Rôle
role-admin = administrateur
role-supervisor = superviseur
role-operator = opérateur
role-cdrv = commission départementale
role-candidate = équipe de candidat
role-authority = Haute Autorité
post-chair = présidence
post-clerk = secrétariat
api = Accès aux données
api-lead = Un programme lit les mêmes chiffres que vous, avec vos droits. Description :
token = Jeton
token-once = Copiez ce jeton maintenant : il ne sera plus montré. Il vaut 24 heures.
new-token = Nouveau jeton
new-token-help = Les jetons précédents ne valent alors plus rien.
refusal = Ce n'est pas possible
back-home = Retour
forbidden = Votre compte ne permet pas cela.
stale-form = Le formulaire a expiré : revenez à la page, rechargez-la et recommencez.
bad-parameter = L'adresse n'est pas juste : { $name } ne peut être « { $value } ».
too-large-for-workbook = Trop de lignes pour un classeur. Prenez le fichier CSV.
error-400 = La demande est incompréhensible.
error-401 = Il faut se connecter, ou envoyer un jeton dans l'en-tête Authentication-Token.
error-403 = Ce n'est pas de votre ressort.
error-404 = Cela n'existe pas.
error-405 = Cela ne se demande pas ainsi.
full = Beaucoup de monde en même temps : la page revient d'elle-même dans une seconde.
error-415 = Seul un formulaire est accepté ici.
no-script = Chiffres de { $time }. Sans JavaScript, rechargez la page pour la suite.
menu-own = Département { $code }
no-such-bureau = Aucun bureau n'a le code « { $code } ».
error-409 = Le registre vient de changer : recommencez.
error-413 = C'est trop long.
error-429 = Trop d'essais. Attendez un quart d'heure.
error-500 = Une erreur est survenue ; rien n'a été perdu. Réessayez.
error-other = La demande n'a pas abouti.

## Figures

figure-voters = Votants
figure-blank = Bulletins blancs
figure-null = Bulletins nuls
figure-invalid = Blancs ou nuls
valid = Exprimés
of-voters = des votants
electors = Inscrits
turnout = Participation
turnout-of-reported = des bureaux transmis
candidate = Candidat
your-candidate = votre candidat
votes = Voix
share = Part
total-ballots = Total des bulletins

## The evening

evening = La soirée
progress = Avancement
bureaux-reported = Bureaux transmis
of-electors = sur { $count } inscrits de ces bureaux
last-report = Dernier bureau reçu
ago = il y a { $age }
per-minute = { $count } / min
doubtful = { $count ->
    [one] Ces chiffres comprennent un bureau qui porte un signalement grave.
   *[other] Ces chiffres comprennent { $count } bureaux qui portent un signalement grave.
  }
doubted = signalé
none-yet = Aucun bureau n'a encore transmis.
national-shares = Résultats nationaux
shares-caption = Parts des suffrages exprimés
map = Carte
map-colouring = Couleurs de la carte
map-progress = Avancement
map-leader = Candidat en tête
map-title = { $name } : { $part } transmis
map-title-leader = { $name } : { $part } transmis ; provisoire, en tête { $leader }, { $share }
curve = Bureaux transmis au fil de la soirée
curve-label = { $reported } bureaux transmis sur { $total } ; au plus { $busiest } en une minute.
curve-legend = Ligne : total. Barres : par minute, au plus { $busiest }.
line-load = Le serveur vocal
calls-now = Appels en cours
calls-per-minute = Appels par minute (5 dernières)
calls-taken = Appels reçus
mean-length = Durée moyenne
completed = Aboutis
given-up = Abandonnés
pin-failures = Codes secrets faux
pin-failures-short = PIN faux
departments = Départements
reported = Transmis
department = Département
dept = Dép.
department-shares = Résultats du département
bureaux = Bureaux
bureau = Bureau
code = Code
not-reported = Pas encore transmis
who-is-missing = { $count ->
    [0] Aucun bureau manquant
    [one] Un bureau manquant
   *[other] { $count } bureaux manquants
  }

## A bureau

register = Registre
president = Président
number = Numéro
state-reported = Transmis à { $time }, voie : { $channel }
channel-phone = téléphone
channel-operator = opérateur
pin-is-free = libre
pin-is-locked-until = verrouillé jusqu'à { $time }
pin-is-locked-for-good = verrouillé par un superviseur
key-for-this = Saisir pour ce bureau
lock-pin = Verrouiller le PIN
unlock-pin = Déverrouiller le PIN
open-bureau = Ouvrir le bureau
pin-locked = Le PIN est verrouillé.
pin-unlocked = Le PIN est déverrouillé.
pin-not-locked = Le PIN n'est pas verrouillé.
no-reason = Il faut un motif : rien n'a changé.
figures = Chiffres
versions-caption = Chaque version, par chaque voie
stands = fait foi
differs = différent
receipt = Reçu
came-by = Venu par
no-flags = Aucun signalement.
unchecked-count = { $count ->
    [one] Une règle n'a pu être vérifiée
   *[other] { $count } règles n'ont pu être vérifiées
  }
history = Histoire du bureau
nothing-yet = Rien encore.
withheld = numéro masqué
event-call = Appel de { $caller } : { $outcome }
event-tally = Chiffres par { $channel }, version { $version }, reçu { $receipt }
decision-flag-resolved = Signalement résolu :
decision-call-reviewed = Appel relu :
decision-pin-locked = PIN verrouillé :
decision-pin-unlocked = PIN déverrouillé :
rehearsal = répétition

## Missing

bureaux-missing = Bureaux manquants
electors-missing = Inscrits de ces bureaux
departments-incomplete = Départements incomplets
missing-by-department = Par département
how-far = Où ils en sont
progress-silent = aucun appel
progress-started = commencé, pas confirmé
progress-wrong-pin = a appelé, PIN faux
progress-locked = verrouillé
wrong-pins = { $count ->
    [one] un PIN faux
   *[other] { $count } PIN faux
  }
sort-by = Trier par
order-code = code
order-electorate = inscrits
order-last-call = dernier appel
last-call = Dernier appel
nobody-missing = Personne ne manque.

## Calls

call = Appel
call-number = Appel { $number }
began = Début
caller = Appelant
outcome = Issue
length = Durée
flagged = Signalé
reviewed = Relu
no-calls = Aucun appel de cette sorte.
outcome-confirmed = confirmé
outcome-listened = écouté, rien changé
outcome-declined = décliné
outcome-refused = refusé
outcome-locked = verrouillé
outcome-silent = silence
outcome-mistaken = erreurs
outcome-transferred = transféré
outcome-too-long = trop long
outcome-dropped = coupé
outcome-going-on = en cours
conversation = La conversation
translated = Le serveur a parlé anglais ; ses phrases sont données en français.
not-replayed = Le service ou le registre a changé depuis cet appel : seules les réponses sont montrées.
speaker-line = Serveur
speaker-caller = Appelant
speaker-house = Système
deed-silent = silence
deed-stray = dièse isolé
deed-pin-right = correct
deed-pin-wrong = faux
deed-pin-locked = verrouillé
deed-pin-malformed = pas un PIN
deed-reached = L'assistance a répondu.
deed-not-reached = L'assistance n'a pas répondu.
deed-stored = Enregistré. Reçu :
deed-not-kept = pas un code : les touches ne sont pas conservées
call-ended = Fin de l'appel :
facts = Faits
review = Relecture
not-reviewed = Pas encore relu.
mark-reviewed = Marquer comme relu
call-reviewed = L'appel est marqué comme relu.

## Flags

severity = Gravité
by-severity = Par gravité
severity-serious = grave
severity-warning = attention
severity-notice = note
rule = Règle
versions = Versions
standing-only = Celles qui font foi
what = Quoi
raised = Levé
age = Âge
flag-state-open = ouvert
flag-state-resolved = résolu
flag-state-unchecked = non vérifié
flag-state-passed = vérifié plus tard, conforme
no-flags-like-that = Aucun signalement de cette sorte.
the-rule = La règle
what-to-do = Que faire
resolution = Résolution
flag-is-open = Personne ne l'a encore résolu.
counts-all-the-same = Les chiffres comptent tels quels, résolu ou non.
resolve = Résoudre
resolve-help = Le signalement reste, avec votre nom et ce motif.
flag-resolved = Le signalement est résolu.
already-resolved = Quelqu'un l'a résolu avant vous.
figures-beside-neighbours = Ses chiffres et ceux des voisins
neighbours-caption = « D'ordinaire » : médiane du département
no-norms-yet = « D'ordinaire » : il faut { $count } bureaux transmis du département
usual = D'ordinaire

## Operator entry

entry-lead = Le président vous dit son code et son PIN, puis les chiffres du procès-verbal.
entry-help = Un PIN faux compte comme au téléphone : après six, le bureau est verrouillé un quart d'heure.
presidents-number = Numéro du président (s'il est connu)
verify = Vérifier
entry-form = Le code n'a que des chiffres, et le PIN en a six.
entry-refused = Code du bureau ou PIN incorrect.
entry-locked = Trop d'essais : verrouillé jusqu'à { $time }, sauf si un superviseur déverrouille.
entry-barred = Un superviseur a verrouillé ce bureau, ou il y a eu trop d'essais : un superviseur peut déverrouiller.
entry-number = Ce numéro de téléphone n'est pas complet.
entry-other-bureau = Cette saisie était pour un autre bureau que le dernier vérifié : rien n'est enregistré. Vérifiez de nouveau.
entry-used = Une saisie a suivi cette vérification : vérifiez de nouveau avant d'en faire une autre.
entry-again = Vérifiez de nouveau le code et le PIN : rien n'est enregistré.
entry-phoned = Ce bureau a déjà transmis par téléphone (version { $version }, { $time }). Votre saisie ne la remplacera pas : elle restera à côté, et un écart sera signalé.
entry-earlier = Un opérateur a déjà saisi ce bureau (version { $version }, { $time }). Votre saisie sera la version suivante.
entry-wrong = Chaque champ veut un nombre de { $digits } chiffres au plus ; zéro s'il n'y en a pas.
entry-sum = La somme ne tombe pas juste : { $ballots } bulletins, { $voters } votants, { $difference } d'écart. Corrigez, ou confirmez si le procès-verbal dit bien cela.
entry-over = Plus de votants, { $voters }, que d'inscrits, { $electorate }.
figures-of-minutes = Chiffres du procès-verbal
read-back = Relire au président
read-back-lead = Relisez chaque chiffre au président, et confirmez quand il dit oui.
keyed-now = Saisi
confirm = Le président confirme
confirm-as-minutes = Confirmer : le procès-verbal dit cela
correct = Corriger
leave = Abandonner
stored = C'est enregistré
receipt-lead = Lisez ce reçu au président : il l'écrit sur le procès-verbal.
next-bureau = Bureau suivant
rehearsal-note = Le vote n'est pas clos : répétition, rien ne comptera

## Audit

audit-check = La chaîne
audit-head = Dernière ligne { $row }, empreinte
audit-holds = La chaîne tient, de la première ligne à la ligne { $row }.
audit-broken = La chaîne est rompue à la ligne { $row } : { $reason }.
check-now = Vérifier maintenant
check-help = Quelques secondes en fin de soirée.
search = Chercher
row = Ligne
at = Heure
actor = Qui
action = Action
subject = Objet
detail = Détail
hash = Empreinte
audit-tally-stored = chiffres enregistrés
audit-flags-raised = signalements levés
audit-pin-locked = PIN verrouillé
audit-pin-unlocked = PIN déverrouillé
audit-pin-reissued = nouveau PIN
audit-pins-issued = PIN émis
audit-flag-resolved = signalement résolu
audit-call-reviewed = appel relu
audit-election-created = élection créée
audit-election-updated = élection mise à jour
audit-account-created = compte créé
audit-account-renewed = compte renouvelé
audit-account-closed = compte fermé
audit-logged-in = connexion
audit-log-in-refused = connexion refusée
audit-password-changed = mot de passe changé
audit-token-made = jeton créé
nothing-found = Rien de tel.

## Sheets

dataset-totals = Totaux provisoires
dataset-pace = Bureaux transmis par minute
dataset-line = La charge du serveur vocal
dataset-missing = Bureaux manquants
dataset-calls = Journal des appels
dataset-flags = Signalements
dataset-history = Histoire d'un bureau
dataset-audit = Registre d'audit

## What each rule looks for

about-voters-over-electorate = Plus de votants que le registre n'a d'inscrits.
do-voters-over-electorate = Demandez au président le nombre d'inscrits du procès-verbal : on inscrit des électeurs le jour même. Sinon, faites rectifier par téléphone.
about-sum-mismatch = Les voix et les bulletins non exprimés ne font pas les votants.
do-sum-mismatch = Relisez les chiffres avec le président. Si le procès-verbal dit bien cela, écrivez-le dans le motif.
about-digit-slip-sum = La somme serait juste si un seul chiffre avait été ajouté ou oublié dans un nombre.
do-digit-slip-sum = Demandez ce nombre au président ; faites rectifier par téléphone.
about-channels-differ = Le téléphone et l'opérateur ont transmis des chiffres différents.
do-channels-differ = Comparez les deux avec le président. Le téléphone fait foi jusqu'à rectification.
about-swapped = Deux chiffres sont échangés par rapport à une autre voie ou version.
do-swapped = Demandez au président lequel est lequel, procès-verbal en main.
about-digit-slip = Un nombre a un chiffre de plus ou de moins par une autre voie ou version.
do-digit-slip = Demandez ce nombre au président, chiffre par chiffre.
about-turnout-outlier = La participation est à plus de six écarts robustes de la médiane du département.
do-turnout-outlier = Voyez si les inscrits du registre sont justes, puis les votants. Une caserne ou une île peut l'expliquer.
about-share-outlier = Le score d'un candidat est à plus de sept écarts robustes de la médiane du département.
do-share-outlier = Comparez aux voisins. Deux candidats échangés donnent souvent deux scores étranges ; un fief s'explique.
about-same-figures = Un autre bureau a transmis exactement les mêmes chiffres.
do-same-figures = Lisez les deux appels : une personne a peut-être transmis deux fois la même feuille.
about-no-voters = Aucun votant.
do-no-voters = Demandez au président si le bureau a ouvert.
about-single-candidate = Un seul des candidats a tous les suffrages.
do-single-candidate = Ordinaire dans un très petit bureau ; ailleurs, relisez avec le président.
about-round-numbers = Trop de chiffres finissent par 0 pour un hasard.
do-round-numbers = Demandez s'il s'agit d'un compte ou d'une estimation.
about-round-department = Dans tout le département, trop de chiffres sont ronds pour un hasard.
do-round-department = Regardez les bureaux du département un à un avec sa commission.
about-too-soon = Transmis plus vite qu'on ne peut compter : plus de 60 bulletins par minute.
do-too-soon = Demandez au président quand le dépouillement a commencé.
about-call-too-short = L'appel a duré moins du quart de ce qu'il a entendu.
do-call-too-short = Lisez l'appel. Qui connaît le service est rapide ; une machine l'est plus encore.
about-pin-failures = Trois PIN faux ou plus pour ce bureau avant ces chiffres.
do-pin-failures = Rappelez le président au numéro du registre : est-ce bien lui ?
about-several-versions = Troisième version ou plus.
do-several-versions = Demandez pourquoi les chiffres changent ; comparez les versions.
about-rules = Les règles elles-mêmes ont échoué : rien n'a été vérifié.
do-rules = Prévenez l'ingénieur, et relisez ces chiffres à la main.
about-rectified = Ces chiffres en remplacent d'autres.
do-rectified = Comparez les deux versions.
about-caller-not-president = L'appel n'est pas venu du numéro du président.
do-caller-not-president = Souvent la mairie. En cas de doute, rappelez le président.
about-caller-several-bureaux = Le même numéro a transmis pour plusieurs bureaux.
do-caller-several-bureaux = Une mairie le fait avec raison. Sinon, lisez les appels.

# --- From the minutes to publication ---

menu-minutes = Procès-verbaux
menu-reconciliation = Rapprochement
menu-validation = Validation
channel-pv = procès-verbal
channel-pen = stylo
dataset-reconciliation = Rapprochement des canaux, champ par champ
decision-third-look = Troisième lecture du procès-verbal :
decision-fields-decided = Chiffres tranchés :
decision-listed-missing = Déclaré manquant :
decision-signed-off = Département signé :
decision-validated = Validé par un membre de la Haute Autorité :
decision-refused = Validation refusée :
decision-taken-back = Retrait de validation demandé :
decision-sample-drawn = Échantillon tiré :

code-or-name = Code, commune ou nom du bureau
open-or-search = Ouvrir
minutes-help = Tapez le code ou le nom, puis Entrée : un seul bureau trouvé s'ouvre aussitôt. Deux personnes saisissent chaque procès-verbal, la seconde sans voir la première.
paper-none = À saisir
paper-first = Première saisie faite
paper-differs = Saisies différentes
paper-settled = Saisi deux fois
last-entry = Dernière saisie
by = Par
no-such-minutes = Aucun bureau ne correspond.
pv-of = Procès-verbal { $code }
entry-of = { $number ->
    [1] 1re saisie
   *[other] 2e saisie
}
own-first-entry = Vous avez fait la première saisie à { $time }. La seconde revient à une autre personne.
next-minutes = Procès-verbal suivant
key-again = Corriger ma saisie
pv-settled = Ce procès-verbal a été saisi deux fois, à l'identique.
key-anew = Le saisir de nouveau (papier corrigé)
adds-up = Le compte est bon.
too-many = Bulletins en trop :
too-few = Bulletins manquants :
over-electorate = Plus de votants que d'inscrits :
to-key = Reste à saisir :
as-written = Les chiffres sont ainsi sur le papier, même si le compte n'y est pas.
keep-entry = Enregistrer
pv-help = Entrée passe au chiffre suivant ; sur le dernier, elle enregistre.
pv-first-kept = Première saisie enregistrée : { $bureau }. Une autre personne fera la seconde.
pv-agreed = Les deux saisies sont identiques : { $bureau }.
pv-differs = Les deux saisies diffèrent : { $bureau }. La présidence de la commission doit regarder le papier.
scan = Photo du procès-verbal
scan-label = Photo ou scan (JPEG, PNG, PDF, 10 Mo au plus)
scan-send = Joindre
scan-page = Procès-verbal, page { $page }
scan-kept = { $count ->
    [one] Photo jointe.
   *[other] { $count } pages jointes.
}
no-scan = Aucune photo n'est jointe.
scan-too-large = Ce fichier est trop grand : 10 Mo et 60 millions de pixels au plus.
scan-unknown = Ce fichier n'est ni un JPEG, ni un PNG, ni un PDF.
scan-broken = Ce fichier est abîmé : il ne peut pas être lu.
scan-pages = Ce PDF doit avoir de une à six pages.
third-look = Troisième lecture
third-look-lead = Les deux saisies diffèrent. Regardez le papier et saisissez ce qu'il dit.
the-paper-says = Le papier dit
settle-minutes = Arrêter le procès-verbal
take-third-look = Faire la troisième lecture
third-look-taken = Le procès-verbal est arrêté.
blind-until-second = Les chiffres se verront après la seconde saisie.

channels = Canaux
channels-caption = Téléphone (ce que le président a confirmé), procès-verbal (saisi deux fois), stylo (lu de l'encre). Ce qui diffère est marqué.
state-agreed = concordants
state-differing = divergents
state-incomplete = incomplets
stage = Étape
stage-incomplete = Incomplet
stage-differing = Divergent
stage-agreed = Concordant
stage-decided = Tranché
stage-listed = Déclaré manquant
stage-half-validated = Validé par un membre
stage-validated = Validé
stage-refused = Refusé
kind-one-digit = un chiffre
kind-digit-more-or-less = un chiffre en plus ou en moins
kind-transposed-digits = chiffres inversés
kind-candidates-swapped = candidats échangés
kind-shifted-column = colonne décalée
kind-other = autre différence
kind-no-phone = sans appel
kind-no-pv = sans procès-verbal
kind-nothing = rien n'est venu
at-stake = En jeu (voix)
what-differs = Ce qui diffère
cases = { $count ->
    [one] 1 bureau.
   *[other] { $count } bureaux.
}
cases-order = D'abord ceux qui peuvent le plus changer le résultat.
no-cases = Aucun bureau : rien à rapprocher ici.
published = Publié
changed-since = Changé depuis la validation
published-and-changed = Ce bureau est publié, et un canal a changé depuis : les chiffres publiés restent ceux que deux membres ont validés, jusqu'à nouvelle validation ou retrait.
reconciliation-of = Rapprochement { $code }
how-it-differs = Différence
settled-figures = Retenu
taken-from = Décision
read-from-scan = lu sur le papier
decide-fields = Trancher
fields-decided = Les chiffres sont tranchés.
authority = Haute Autorité
validated-by = Validé par { $first } et { $second } à { $time } : publié.
one-member = Un membre a validé ; il en faut un second.
asked-back = { $member } demande le retrait : un second membre doit confirmer.
validate-first = Valider (premier membre)
validate-second = Valider (second membre) et publier
nothing-to-validate-here = Rien à valider à cette étape : { $stage }.
refuse-validation = Refuser la validation
take-back-first = Demander le retrait
take-back-second = Confirmer le retrait
list-missing = Déclarer manquant
listed-missing = Le bureau est déclaré manquant.
validation-kept = Validation enregistrée.
validation-refused = La validation est refusée ; quelqu'un doit trancher.
taken-back = Retrait enregistré.
minutes-entries = Saisies du procès-verbal
unread = non lu
ink-of = { $name }, stylo { $pen }, reçu à { $time }
whole-ink = Toute l'encre
signed-departments = Départements signés
validation-caption = Bureaux par étape. Publié : deux membres ont validé.
signed-off = Signé
changed-cases = { $count ->
    [one] 1 bureau publié a changé depuis sa validation.
   *[other] { $count } bureaux publiés ont changé depuis leur validation.
}
validation-of = Département { $code } : signature et validation
sign-off = Signature de la commission
signed-by = Signé par { $who } à { $time }.
cumulated = Résultat cumulé signé
ready-to-sign = Chaque bureau est concordant, tranché ou déclaré manquant : le département peut être signé.
sign-note = Observations portées avec la signature
sign = Signer le département
department-signed = Le département est signé et transmis.
validate-at-once = Valider d'un geste
at-once-lead = { $count } bureaux concordants sans signalement grave : { $first } pour la première fois, { $second } pour la seconde, qui publie.
validate-these = { $count ->
    [one] Valider ce bureau
   *[other] Valider ces { $count } bureaux
}
which-bureaux = Lesquels ?
at-once-help = Les bureaux tranchés ou signalés se valident un par un. Ce qui change pendant que vous lisez n'est pas pris.

not-ready = { $count ->
    [one] 1 bureau n'est ni concordant, ni tranché, ni déclaré manquant.
   *[other] { $count } bureaux ne sont ni concordants, ni tranchés, ni déclarés manquants.
}
polls-open = Le scrutin n'est pas clos : rien n'est saisi, validé ni publié avant.
same-clerk-twice = Vous avez fait l'autre saisie : celle-ci revient à une autre personne.
first-entry-there = Une autre personne a fait la première saisie.
no-first-entry = Il n'y a pas encore de première saisie.
third-look-wanted = Les deux saisies diffèrent : la présidence de la commission doit regarder le papier.
nothing-differs = Il n'y a pas deux saisies différentes.
does-not-add-up = { $ballots } bulletins pour { $voters } votants : { $difference } d'écart. Relisez le papier.
overtaken = Ce bureau a changé pendant que vous lisiez : regardez de nouveau.
undecided = Rien n'est choisi pour { $field }, ou le canal choisi n'a pas de chiffre.
not-at-this-stage = Ce n'est pas possible à cette étape : { $stage }.
already-signed = Le département est signé, et rien n'a changé depuis.
same-member-twice = Vous êtes le premier membre : il en faut un autre.
nothing-to-validate = Aucun bureau à valider d'un geste.
not-validated-yet = Ce bureau n'est pas validé.

menu-inspection = Contrôle
inspection-lead = Des canaux qui concordent ne prouvent pas que le papier dit la même chose : un échantillon de procès-verbaux se relit à la main.
risk = Risque
risk-of = risque { $percent } %
papers-to-look-at = Procès-verbaux à relire
margin = Avance du premier (voix)
fewest-wrong = Bureaux faux qui la cacheraient
draw = Tirer
seed = Graine du tirage
draw-papers = { $count ->
    [one] Tirer 1 procès-verbal
   *[other] Tirer { $count } procès-verbaux
}
seed-help = Une vingtaine de dés jetés en public, après l'arrêt de la liste. La graine et les codes tirés sont publiés : de deux bureaux, celui dont SHA-256 de « graine,code » est le plus petit est tiré d'abord, et chacun peut le vérifier.
sample = Échantillon
sample-of = { $count } procès-verbaux sur { $bureaux } concordants, tirés à { $time }, risque { $percent } %.
drawn-from = Tiré de (empreinte)
no-sample = Rien n'a été tiré.
sample-drawn = L'échantillon est tiré, et sa graine publiée.
no-seed = La graine doit avoir de 10 à 200 caractères.
channels-are = Canaux : { $state }
to-reconciliation = Canaux, décisions et validation de ce bureau
export-validated = Exporter les résultats validés
print-recensement = Procès-verbal de recensement (PDF)

menu-pen = Stylo
pen-lead = Ce que le stylo a écrit sur les procès-verbaux (W3C InkML) : l'encre se voit à côté des chiffres saisis, et se lit quand elle est sûre.
pen-outcomes = Documents reçus
document = Document
pen-taken = Reçu : { $read } chiffres lus, { $unread } non lus.
pen-left = { $count } documents de trop n'ont pas été pris : { $most } à la fois.
pen-label = Documents du stylo
pen-send = Recevoir
pen-help = Une soirée entière se reçoit en ligne de commande : pen import DOSSIER.
confidence = Confiance
pen-TooLarge = Refusé : document trop grand.
pen-UnreadableFile = Refusé : fichier illisible.
pen-BadArchiveEntry = Refusé : l'entrée de l'archive ne s'ouvre pas.
pen-NotXml = Refusé : ce n'est pas du XML bien formé.
pen-ForbiddenXml = Refusé : le document déclare un type ou une entité.
pen-TooIntricate = Refusé : trop d'éléments, ou trop profonds.
pen-TooMuchInk = Refusé : trop de traits ou de points.
pen-NotInk = Refusé : ce n'est pas de l'InkML.
pen-UnsupportedInk = Refusé : le document transforme ses traits d'une façon qui n'est pas prise en charge.
pen-BadFormat = Refusé : le format des traits n'est pas X et Y dans une unité connue.
pen-BadPoint = Refusé : un trait a un point qui n'est pas fait de nombres.
pen-OffTheForm = Refusé : un point est loin hors du formulaire.
pen-NoInk = Refusé : le document n'a pas d'encre.
pen-NoBureau = Refusé : le document ne nomme aucun bureau.
pen-SeveralBureaux = Refusé : le document nomme plusieurs bureaux.
pen-NoSuchBureau = Refusé : ce bureau n'existe pas dans cette élection.
pen-AlreadyTaken = Refusé : ce document est déjà reçu.
pen-PollsStillOpen = Refusé : le scrutin n'est pas clos.
pen-OutsideDepartment = Refusé : ce bureau est d'un autre département.
to-public-page = La page publique
no-scan-kept = Aucune photo n'est jointe : rien ne peut y être lu.
minutes-open = Le procès-verbal est en cours de nouvelle saisie : rien ne se valide avant qu'il soit arrêté.

menu-lines = Lignes
lines-title = Combien de lignes téléphoniques ?
lines-lead = Chaque bureau appelle une fois. Qui trouve toutes les lignes occupées entend la tonalité, et rappelle : s'il y a trop peu de lignes, des présidents renoncent.
lines-erlang = Lignes à commander (Erlang B)
lines-bureaux = Bureaux
lines-window = Durée (minutes)
lines-seconds = Un appel (secondes)
lines-accepted = Appels refusés, au plus
lines-order = À commander
lines-peak = { $erlangs } erlangs au plus fort d'une vraie soirée
lines-even = Si les appels étaient réguliers
lines-even-load = { $erlangs } erlangs, mais ils ne le sont jamais
lines-least = Au strict minimum
lines-least-why = en dessous, plus d'un président sur cent renonce, après { $patience } tonalités d'occupation
lines-refused = { $part } des appels refusés, au plus, au moment le plus chargé
lines-plan = { $bureaux } bureaux en { $minutes } minutes, appels de { $seconds } secondes
lines-made = Établi le { $time }, chaque soirée jouée { $count } fois.
lines-arrivals-real = Ils appellent comme lors d'une vraie soirée
lines-arrivals-burst = Ils appellent tous à la clôture
lines-arrivals-even = Ils appellent régulièrement
lines-drawing = Nombre de lignes, et minutes jusqu'à ce que 50, 95 et 99 pour cent aient transmis. À commander : { $order }. Avec moins de { $least } lignes, 99 pour cent ne transmettent jamais. Le tableau ci-dessous donne les chiffres.
lines-minutes = Minutes jusqu'à ce qu'autant aient transmis
lines-lines = Lignes
lines-order-of = commander { $count }
lines-too-few = moins de { $count } : certains renoncent
lines-table = Avec plus de lignes, ou moins
lines-caption = Minutes jusqu'à ce qu'autant aient transmis : la soirée médiane (la première et la dernière)
lines-until = { $percent } %
lines-in-the-end = Ont transmis à la fin
lines-attempts = Essais par bureau
lines-busy = Occupé
lines-never = jamais
lines-what-if = Et si…
lines-what-if-caption = Avec les lignes commandées, puis avec autant qu'il en faudrait ce soir-là
lines-evening = Soirée
lines-twice = Deux fois plus d'appels
lines-staggered = Créneaux d'appel échelonnés
lines-burst = Tous appellent à la clôture
lines-burst-staggered = Tous appelleraient, mais les créneaux sont échelonnés
lines-needed = avec les lignes nécessaires
lines-no-plan = Aucun plan n'est conservé
lines-how = Jouer des soirées prend des secondes : cela se fait en ligne de commande, et cette page montre le dernier plan conservé.
