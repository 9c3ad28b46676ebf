# What the papers say in English.

title = { $election }, { $round ->
    [1] first round
    [2] second round
   *[other] round { $round }
  }

## Figures

figure-voters = Voters
figure-blank = Blank ballots
figure-null = Spoilt ballots
figure-invalid = Blank or spoilt ballots

## The report for machines (NIST SP 1500-100)

nist-issuer = High Authority
nist-issuer-short = HA
nist-provisional = Provisional results, told by telephone and not validated: { $reported } of { $bureaux } polling stations.
nist-validated = Results validated by the High Authority: { $reported } of { $bureaux } polling stations.
