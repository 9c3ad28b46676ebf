# What the flags say in French: one sentence each.

voters-over-electorate = Plus de votants, { $voters }, que d'inscrits, { $electorate }.
sum-mismatch = Bulletins, { $ballots }, et votants, { $voters } : différence de { $difference }.
no-voters = Aucun votant.
single-candidate = { $candidate } a la totalité des { $votes } suffrages exprimés.
rectified = Version { $version } : elle remplace des chiffres déjà transmis.
caller-not-president = L'appel vient du { $caller }, et non du numéro du président, { $president }.
caller-several-bureaux = Le { $caller } a transmis pour { $bureaux } bureaux.

## A rule that could not be checked

unchecked = Non vérifié ({ $rule }) : { $reason }.
rule-voters-over-electorate = votants et inscrits
rule-caller-not-president = numéro du président
rule-caller-several-bureaux = un numéro pour plusieurs bureaux
reason-no-electorate = le registre n'indique pas le nombre d'inscrits
reason-no-president-number = le registre n'indique pas le numéro du président
reason-caller-withheld = le numéro de l'appelant est masqué ou illisible
