# What the papers say in French.

title = { $election }, { $round ->
    [1] premier tour
    [2] second tour
   *[other] { $round }e tour
  }

## Figures

figure-voters = Votants
figure-blank = Bulletins blancs
figure-null = Bulletins nuls
figure-invalid = Blancs ou nuls

## The report for machines (NIST SP 1500-100)

nist-issuer = Haute Autorité
nist-issuer-short = HA
nist-provisional = Résultats provisoires, transmis par téléphone et non validés : { $reported } bureaux de vote sur { $bureaux }.
nist-validated = Résultats validés par la Haute Autorité : { $reported } bureaux de vote sur { $bureaux }.

## The form of the procès-verbal

form-title = Procès-verbal du bureau de vote
form-poll = { $title } – scrutin du { $day }
form-place = Département { $department } – { $commune }
form-code = Code
form-electors = Inscrits au registre
form-call = Pour transmettre, appelez
form-hotline = Assistance
form-step-code = 1. Composez le code du bureau : { $code }{ $hash ->
    [yes] , puis #
   *[no] {""}
  }.
form-step-pin = 2. Code secret de votre enveloppe ({ $digits } chiffres), puis #.
form-step-figures = 3. Chaque nombre, dans l'ordre du tableau, puis # (0 si aucun) ;
form-step-all = ou les { $figures } nombres d'un coup, séparés par *, puis #.
form-step-back = Pour revenir au nombre précédent : * puis #.
form-step-read-back = 4. La ligne relit tout : 1 confirmer, 2 corriger un chiffre, 3 recommencer.
form-step-mismatch = Somme inexacte : 1 corriger, 2 réécouter, 3 transmettre ce PV tel quel.
form-step-receipt = 5. Notez le reçu ({ $digits } chiffres). Sans reçu, rien n'est transmis.
form-figures = Les nombres, dans l'ordre des questions du téléphone
form-cells = Un chiffre par case, cadré à droite
form-keys = Au téléphone
form-hash = puis #
observations = Observations et réclamations
form-sum = Contrôle : somme des lignes { $first } à { $last }
form-sum-voters = = votants
form-sum-equal = égal
form-receipt = Reçu donné par téléphone
form-time = Heure de l'appel
form-done = Fait à ………………………………………………………………………  le ……………………………  à ……… h ………
form-foot = Le procès-verbal fait foi. Les chiffres transmis par téléphone sont provisoires.
signer-president = Le président du bureau
signer-assessor = Un assesseur
signer-secretary = Le secrétaire
signer-name = Nom

## The minutes of the count

recensement-title = Procès-verbal de recensement des votes
of-department = Département { $department }
of-nation = Ensemble des départements
status-validated = Résultats validés par la Haute Autorité : seuls les bureaux validés sont comptés.
status-provisional = PROVISOIRE : chiffres transmis et non validés, sans valeur officielle.
status-short-validated = Résultats validés
status-short-provisional = PROVISOIRE – non validé
bureaux-in = { $reported ->
    [one] { $shown } bureau de vote compté
   *[other] { $shown } bureaux de vote comptés
  } sur { $bureaux }
turnout = Participation : { $part } des inscrits des bureaux comptés ; inscrits de tous les bureaux : { $electorate }
publication = Publication n° { $number } du { $day } à { $time } – empreinte { $digest }
column-code = Code
column-bureau = Bureau de vote
column-department = Dép.
column-bureaux = Bureaux
column-electors = Inscrits
column-voters = Votants
column-blank = Blancs
column-null = Nuls
column-invalid = Blancs/nuls
column-valid = Exprimés
carried-forward = À reporter
brought-forward = Report
total = Total
ranking = Suffrages des candidats et part des suffrages exprimés
missing = Bureaux manquants
missing-nobody = Aucun bureau ne manque.
missing-line = { $name } : { $reason }
missing-department = Département { $department } – { $lacking ->
    [one] un bureau
   *[other] { $lacking } bureaux
  } sur { $bureaux }
missing-unsaid = pas validé à ce moment
signer-chair-commission = Le président de la commission
signer-member-commission = Un membre de la commission
signer-chair-authority = Le président de la Haute Autorité
signer-member-authority = Un membre de la Haute Autorité
page = page { $page } sur { $pages }
