"""Each bureau's channels compared, and the departments that were signed off.

These rows follow from what people did, move in the same transaction, and can be rebuilt from it.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from db.schema.base import metadata

reconciliation = Table(
    "reconciliation",
    metadata,
    Column("bureau_id", ForeignKey("bureau.id"), primary_key=True, autoincrement=False),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("department_id", ForeignKey("department.id"), nullable=False),
    Column("state", String(16), nullable=False, comment="what the comparison of the channels says"),
    Column("stage", String(16), nullable=False, comment="how far the bureau is on its way to publication"),
    Column("phone_id", ForeignKey("tally.id")),
    Column("pv_id", ForeignKey("tally.id")),
    Column("pen_id", ForeignKey("tally.id")),
    Column("at_stake", Integer, nullable=False, comment="votes by which it could change the lead of one candidate"),
    Column("settled", Text, comment="JSON: the figures that were agreed or decided; null while there are none"),
    Column("version", Integer, nullable=False, comment="grows whenever somebody must look again"),
    Column("changed", Integer, nullable=False, comment="the audit's row that was the newest once it changed"),
    Column("decision_id", ForeignKey("decision.id"), comment="the one that settled, listed as missing, or refused"),
    Column("validation_id", ForeignKey("validation.id"), comment="the newest of this version"),
    Index(None, "election_id", "stage"),
    Index(None, "department_id", "stage"),
    comment="each bureau's channels compared, and how far it is",
)

sign_off = Table(
    "sign_off",
    metadata,
    Column("department_id", ForeignKey("department.id"), primary_key=True, autoincrement=False),
    Column("decision_id", ForeignKey("decision.id"), nullable=False),
    Column("figures", Text, nullable=False, comment="JSON: the department's cumulated result, as signed"),
    comment="the departments that their chair signed off; a row goes when one of its bureaux changes",
)
