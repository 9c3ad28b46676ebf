"""The schema, sessions, migrations, and every change of what is stored."""
