"""Who wrote and who decided is told by their login: a name can be changed, or be two people's."""


import django.db.models.deletion
import handbell.vocabulary.words
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0009_staff_language'),
        ('scripts', '0003_approval'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='script',
            name='script_approved_by_another',
        ),
        migrations.AddField(
            model_name='script',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='script',
            name='decider',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='script',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approval', handbell.vocabulary.words.Approval['APPROVED']), _negated=True), models.Q(('author__isnull', False), ('decider__isnull', False), models.Q(('decider', models.F('author')), _negated=True)), models.Q(models.Q(('author__isnull', True), ('decider__isnull', True), _connector='OR'), models.Q(('decided_by', models.F('written_by')), _negated=True)), _connector='OR'), name='script_approved_by_another'),
        ),
    ]
