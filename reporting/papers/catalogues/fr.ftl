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
