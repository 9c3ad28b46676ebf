# The public page of results, in French.

round = { $number ->
    [1] premier tour
    [2] second tour
   *[other] tour { $number }
  }
title = Résultats
validated = Résultats validés par la Haute Autorité
partial = Résultats partiels
complete = Résultats complets
nothing = Aucun résultat publié
skip = Aller au contenu
languages = Langue
other-elections = Autre scrutin
back = Tous les départements
month = { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
  }
day = { $day ->
    [1] 1er
   *[other] { $day }
  } { month } { $year }
publication = Publication n° { $number }
local-time = heure locale du scrutin
as-of = { $day } à { $time }

polls-open = Le vote est en cours.
polls-open-why = Rien n'est publié avant la fermeture des bureaux de vote, le { $day } à { $time } ({ $zone }).
nothing-yet = Aucun résultat n'est encore validé.
nothing-yet-why = Les bureaux de vote sont fermés et le dépouillement est en cours. Chaque bureau paraît ici dès que deux membres de la Haute Autorité ont validé ses chiffres.
renew = Actualiser la page
renew-always = L'actualiser chaque minute
none-here = Aucun bureau de ce département n'est encore validé.

partial-why = Seuls les bureaux dont les chiffres sont validés comptent ici. Ni estimation, ni projection : l'ordre des candidats peut encore changer.
complete-why = Les chiffres de tous les bureaux sont validés.
bureaux = Bureaux publiés
bureaux-of = { $count ->
    [one] bureau sur { $all }
   *[other] bureaux sur { $all }
  }
ballots = Bulletins
ballots-partial = Le total n'est connu qu'une fois tous les bureaux publiés.
ballots-complete = dans tous les bureaux
electors = Électeurs
electors-of = inscrits, sur { $all }
electors-alone = inscrits dans ces bureaux
turnout = Participation
turnout-of = dans les bureaux publiés

shares = Voix par candidat
shares-caption = Somme des bureaux publiés, dans l'ordre des voix. Pourcentages des suffrages exprimés.
candidate = Candidat
votes = Voix
share = Part
valid = Suffrages exprimés
figure-invalid = Blancs et nuls
figure-blank = Blancs
figure-null = Nuls
figure-voters = Votants
of-voters = { $part } des votants
turnout-short = participation { $part }

map = Carte des départements
map-legend = Couleur du candidat en tête des bureaux publiés ; plus claire tant que le département est partiel.
map-none = Rien de publié
map-title = { $name } : rien de publié
map-title-leader = { $name } : { $done } bureaux sur { $all } ; en tête, { $leader }, { $share }
map-title-votes = { $name } : { $done } bureaux sur { $all } ; aucun suffrage exprimé
departments = Par département
departments-caption = Part des suffrages exprimés dans les bureaux publiés de chaque département.
department = Département
list-bureaux = Par bureau
bureaux-caption = Les bureaux publiés du département, dans l'ordre de leurs codes.
bureau = Bureau
code = code { $code }

downloads = Données
download-json = Tout l'instantané signé (JSON)
download-national = Total national (CSV)
download-department = Par département (CSV)
download-bureau = Par bureau (CSV)
download-chain = Toutes les publications (JSON)
recent = Dernières publications
recent-number = N°
recent-at = Heure
recent-bureaux = Bureaux
recent-hash = Empreinte
proof = Vérifier
proof-how = Chaque publication est numérotée, signée (Ed25519) et liée à la précédente. Pour vérifier un fichier téléchargé :
key = Clé publique
hash = Empreinte (SHA-256)
footer = Une publication remplace la précédente. Un bureau dont la validation est retirée disparaît à la suivante.

error-no-election = Aucun scrutin de ce numéro.
error-no-department = Aucun département de ce code ne vote à ce scrutin.
error-404 = Il n'y a pas de page à cette adresse.
error-405 = Cette page ne peut être que lue.
error-bad-level = Le niveau est national, department ou bureau.
error-bad-number = Le numéro d'une publication est un nombre.
error-503 = Les résultats ne peuvent être lus pour l'instant. Revenez dans une minute.
error-other = Cette demande n'a pas pu être servie.
to-results = Vers les résultats
inspection = Contrôle à la main
inspection-of = { $size } procès-verbaux tirés parmi { $bureaux } dont les canaux concordent, au risque de { $percent } %. Leurs codes sont dans la publication du tirage.
seed = Graine du tirage
