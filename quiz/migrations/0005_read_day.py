from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('quiz', '0004_reading_room_and_learning'),
    ]

    operations = [
        migrations.AddField(
            model_name='read',
            name='day',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='read',
            index=models.Index(fields=['learner', 'day'], name='quiz_read_learner_c63c3c_idx'),
        ),
    ]
