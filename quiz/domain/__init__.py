"""Pure rules of reading and scoring: no database, no framework, no clock."""
