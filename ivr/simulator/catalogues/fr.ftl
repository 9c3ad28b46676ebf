# The keypad phone in the browser, in French.

title = Téléphone de répétition
brand = Remontée
badge = Répétition : téléphone simulé
lead = Ce téléphone appelle la ligne comme le ferait celui d'un président de bureau. Aucun vrai appel n'est passé.
where-pin = Le code d'un bureau et son code secret s'affichent dans le terminal, sous « make run ».
keyboard = Au clavier : chiffres, étoile, dièse (ou Entrée). Échap raccroche.
display = Écran
keypad = Clavier
star = étoile
hash = dièse

## What the call is doing

idle = Prêt à appeler
welcome = Appuyez sur Appeler, puis écoutez.
calling = Appel en cours…
speaking = La ligne parle
waiting = À vous
sending = Un instant…
dialling = L'assistance sonne
ended = Appel terminé

## Buttons

call = Appeler
again = Rappeler
hang-up = Raccrocher
mute = Couper la voix
reached = Quelqu'un répond
not-reached = Personne ne répond
caller = Numéro de l'appelant (facultatif)

## Beside the telephone

transcript = La conversation
transcript-empty = Ce qui est dit et composé s'affiche ici.
you = Vous :
unheard = (coupé)
silence = silence
twiml = Le document TwiML reçu
twiml-empty = Il s'affiche dès que la ligne répond.
receipt = Votre reçu

## Failures

network = La ligne ne répond pas. Vérifiez que le serveur tourne, puis rappelez.
failed = La ligne est en panne. Rappelez dans un instant.
