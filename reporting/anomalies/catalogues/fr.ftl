# What the flags say in French: one sentence each.

voters-over-electorate = Plus de votants, { $voters }, que d'inscrits, { $electorate }.
sum-mismatch = Bulletins, { $ballots }, et votants, { $voters } : différence de { $difference }.
no-voters = Aucun votant.
single-candidate = { $candidate } a la totalité des { $votes } suffrages exprimés.
rectified = Version { $version } : elle remplace des chiffres déjà transmis.
caller-not-president = L'appel vient du { $caller }, et non du numéro du président, { $president }.
caller-several-bureaux = Le { $caller } a transmis pour { $bureaux } bureaux.
turnout-outlier = Participation { $turnout } %, contre { $usual } % d'ordinaire dans le département : { $z } écarts ({ $sample } bureaux).
share-outlier = { $field } : { $share } % des exprimés ({ $votes }), contre { $usual } % d'ordinaire dans le département : { $z } écarts ({ $sample } bureaux).
same-figures = Exactement les chiffres du bureau { $bureau }{ $others ->
    [1] .
   *[other] {" "}et { $others } en tout.
  }
channels-differ = Téléphone et opérateur diffèrent sur { $fields ->
    [one] un chiffre
   *[other] { $fields } chiffres
  }.
swapped = { $field } a { $count } et { $other_field } { $other_count } : l'inverse par une autre voie ou version.
digit-slip = { $field } a { $count }, et { $would_be } par une autre voie ou version : un chiffre de plus ou de moins.
digit-slip-sum = La somme serait juste si { $field } avait { $would_be } au lieu de { $count } : un chiffre de plus ou de moins.
round-numbers = { $round } chiffres sur { $counts } finissent par 0.
round-department = Dans le département, { $round } chiffres sont ronds où l'on en attendrait { $expected }.
too-soon = Transmis { $minutes ->
    [0] dans la première minute
    [one] une minute
   *[other] { $minutes } minutes
  } après la clôture, avec { $voters } bulletins à compter.
call-too-short = L'appel a duré { $seconds } s ; ce qu'il a entendu prend { $prompts } s à dire.
pin-failures = { $failures } codes secrets faux pour ce bureau avant celui-ci.
several-versions = Version { $version } : les chiffres ont changé plusieurs fois.

## Figures

field-voters = votants
field-blank = bulletins blancs
field-null = bulletins nuls
field-invalid = blancs ou nuls

## A rule that could not be checked

unchecked = Non vérifié ({ $rule }) : { $reason }.
rule-rules = toutes les règles
rule-sum-mismatch = contrôle de la somme
rule-digit-slip-sum = un chiffre de plus ou de moins
rule-channels-differ = voies divergentes
rule-swapped = chiffres inversés
rule-digit-slip = un chiffre de plus ou de moins face à une autre voie ou version
rule-turnout-outlier = participation inhabituelle
rule-share-outlier = score inhabituel
rule-same-figures = mêmes chiffres qu'un autre bureau
rule-no-voters = aucun votant
rule-single-candidate = un candidat a tout
rule-round-numbers = chiffres ronds
rule-round-department = chiffres ronds dans le département
rule-too-soon = transmis trop tôt
rule-call-too-short = appel trop court
rule-pin-failures = codes secrets faux avant
rule-several-versions = plusieurs versions
rule-rectified = corrigé
rule-voters-over-electorate = votants et inscrits
rule-caller-not-president = numéro du président
rule-caller-several-bureaux = un numéro pour plusieurs bureaux
reason-no-electorate = le registre n'indique pas le nombre d'inscrits
reason-no-president-number = le registre n'indique pas le numéro du président
reason-caller-withheld = le numéro de l'appelant est masqué ou illisible
reason-broken = les règles ont échoué sur ces chiffres
reason-few-electors = le bureau a trop peu d'inscrits pour comparer
reason-few-votes = le bureau a trop peu d'exprimés pour comparer
reason-small-sample = trop peu de bureaux du département ont transmis pour comparer
passed = Vérifié plus tard, et conforme ({ $rule }).
