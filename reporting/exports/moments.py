"""Moments in files: programs get them in UTC, spreadsheets, which know no zones, in the election's local time."""

from datetime import UTC, datetime, tzinfo


def in_utc(moment: datetime) -> str:
    """The moment as ISO 8601 writes it, in UTC."""
    return moment.astimezone(UTC).isoformat()


def in_local_time(moment: datetime, zone: tzinfo) -> datetime:
    """What the clocks of the zone show, without the zone."""
    return moment.astimezone(zone).replace(tzinfo=None)
