"""What a later version might bring: a table, with a row that only a migration can have written."""

import pkgutil

from django.db import migrations

from quiz import migrations as own

LATEST = max(module.name for module in pkgutil.iter_modules(own.__path__))


class Migration(migrations.Migration):
    """Follows whatever quiz's latest migration is."""

    dependencies = [("quiz", LATEST)]
    operations = [
        migrations.RunSQL("CREATE TABLE later_thing (name varchar(20))", "DROP TABLE later_thing"),
        migrations.RunSQL("INSERT INTO later_thing VALUES ('new')", migrations.RunSQL.noop),
    ]
