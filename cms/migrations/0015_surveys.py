"""Surveys and the items that they ask; who may keep those."""

import django.core.validators
import django.db.models.deletion
import modelcluster.fields
import modelsearch.index
import wagtail.fields
from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

EDIT, ALL = ["add", "change", "view"], ["add", "change", "delete", "view"]
ROLES = {
    "Tutors": EDIT,
    "GP reviewers": ["view"],
    "Social work reviewers": ["view"],
    "Course leads": ["view"],
    "Administrators": ALL,
}


def allow(apps, schema_editor):
    # Permissions are usually made after all migrations; these are needed now.
    create_permissions(installed.get_app_config("cms"), apps=apps, verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for group in Group.objects.filter(name__in=ROLES):
        names = [f"{action}_surveyitem" for action in ROLES[group.name]]
        group.permissions.add(
            *Permission.objects.filter(content_type__app_label="cms", codename__in=names)
        )


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0014_session_page'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='SurveyItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='Short and for good, such as WSC-U1: answers before and after are matched by it.', max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9-]*\\Z', 'Use letters, digits and hyphens: WSC-U1.')])),
                ('kind', models.CharField(choices=[('likert', 'A statement, and how far one agrees'), ('retrospective', 'Looking back on an earlier rating'), ('text', 'Free text')], default='likert', max_length=14)),
                ('statement', models.TextField(help_text='Answers to other words are never counted together with answers to these, so a changed statement begins a new count.')),
                ('domain', models.CharField(blank=True, help_text='Such as Confidence. Only where one agrees or not.', max_length=60)),
                ('reverse', models.BooleanField(default=False, help_text='Agreeing is what the programme hopes to see less of.', verbose_name='scored in reverse')),
            ],
            options={
                'verbose_name': 'survey item',
                'ordering': ['key'],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='SurveyPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('review_months', models.PositiveSmallIntegerField(blank=True, choices=[(6, 'Six months'), (12, 'Twelve months')], null=True, verbose_name='review every')),
                ('checked_on', models.DateField(blank=True, editable=False, null=True)),
                ('review_by', models.DateField(blank=True, db_index=True, editable=False, null=True)),
                ('is_required', models.BooleanField(default=True, help_text='Learners complete the module by completing everything that is required.', verbose_name='required')),
                ('minutes_override', models.PositiveSmallIntegerField(blank=True, help_text='Left empty, it is worked out from the content.', null=True, verbose_name='minutes')),
                ('body', wagtail.fields.StreamField([('heading', 2), ('text', 3), ('figure', 9), ('video', 13), ('audio', 15), ('callout', 19), ('content_note', 23), ('key_fact', 27), ('role_card', 35), ('two_views', 39), ('table', 41), ('steps', 44), ('references', 50), ('check', 52)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'max_length': 150}), 1: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('2', 'Heading'), ('3', 'Smaller heading')]}), 2: ('wagtail.blocks.StructBlock', [[('text', 0), ('level', 1)]], {}), 3: ('cms.blocks.text.TextBlock', (), {}), 4: ('wagtail.images.blocks.ImageChooserBlock', (), {}), 5: ('wagtail.blocks.TextBlock', (), {'help_text': 'What the picture shows, in full sentences, for those who do not see it.', 'label': 'Text alternative', 'required': False, 'rows': 3}), 6: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'The picture says nothing that the text does not.', 'required': False}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 250, 'required': False}), 8: ('wagtail.blocks.URLBlock', (), {'label': 'Address of the source', 'required': False}), 9: ('wagtail.blocks.StructBlock', [[('image', 4), ('alternative', 5), ('decorative', 6), ('caption', 7), ('source', 7), ('source_url', 8)]], {}), 10: ('wagtailmedia.blocks.VideoChooserBlock', (), {}), 11: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'A WebVTT file (.vtt). Captions or a transcript are required.', 'required': False}), 12: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link', 'superscript', 'subscript', 'blockquote'], 'required': False}), 13: ('wagtail.blocks.StructBlock', [[('video', 10), ('title', 0), ('captions', 11), ('transcript', 12)]], {}), 14: ('wagtailmedia.blocks.AudioChooserBlock', (), {}), 15: ('wagtail.blocks.StructBlock', [[('audio', 14), ('title', 0), ('transcript', 12)]], {}), 16: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('practice', 'In practice: what to do'), ('law', 'The law: what it says, and as of when'), ('caution', 'Take care: what goes wrong')]}), 17: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 18: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link', 'superscript', 'subscript', 'blockquote']}), 19: ('wagtail.blocks.StructBlock', [[('tone', 16), ('title', 17), ('text', 18)]], {}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'One plain sentence: “The next section describes …”.', 'max_length': 200}), 21: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link', 'superscript', 'subscript', 'blockquote'], 'help_text': 'What to do instead, of equal value, and where to find somebody to talk to.'}), 22: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('section', 'The section that follows'), ('page', 'The rest of the page')]}), 23: ('wagtail.blocks.StructBlock', [[('coming', 20), ('instead', 21), ('covers', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'help_text': '“£32.0 billion”, “1 in 5”.', 'max_length': 30}), 25: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link']}), 26: ('wagtail.blocks.CharBlock', (), {'help_text': 'Author, title, year.', 'max_length': 250}), 27: ('wagtail.blocks.StructBlock', [[('figure', 24), ('text', 25), ('source', 26), ('source_url', 8)]], {}), 28: ('wagtail.blocks.CharBlock', (), {'max_length': 80}), 29: ('wagtail.blocks.CharBlock', (), {'label': 'Usually employed by', 'max_length': 150}), 30: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 31: ('wagtail.blocks.ListBlock', (30,), {'label': 'Does'}), 32: ('wagtail.blocks.ListBlock', (30,), {'label': 'Does not'}), 33: ('wagtail.blocks.CharBlock', (), {'max_length': 150, 'required': False}), 34: ('wagtail.blocks.CharBlock', (), {'label': 'Call them when', 'max_length': 200, 'required': False}), 35: ('wagtail.blocks.StructBlock', [[('role', 28), ('employer', 29), ('does', 31), ('does_not', 32), ('registration', 33), ('call_when', 34)]], {}), 36: ('wagtail.blocks.CharBlock', (), {'help_text': 'What both are looking at.', 'max_length': 150}), 37: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link', 'superscript', 'subscript', 'blockquote'], 'label': 'A GP sees'}), 38: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link', 'superscript', 'subscript', 'blockquote'], 'label': 'A social worker sees'}), 39: ('wagtail.blocks.StructBlock', [[('matter', 36), ('gp', 37), ('social_worker', 38)]], {}), 40: ('wagtail.blocks.CharBlock', (), {'max_length': 300, 'required': False}), 41: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 40)]], {}), 42: ('wagtail.blocks.StructBlock', [[('title', 0), ('text', 12)]], {}), 43: ('wagtail.blocks.ListBlock', (42,), {}), 44: ('wagtail.blocks.StructBlock', [[('title', 0), ('steps', 43)]], {}), 45: ('wagtail.blocks.CharBlock', (), {'help_text': 'Such as R13, cited by an anchor link to ref-R13.', 'max_length': 20}), 46: ('wagtail.blocks.CharBlock', (), {'help_text': 'Author, title, year.', 'max_length': 400}), 47: ('wagtail.blocks.URLBlock', (), {'label': 'Address', 'required': False}), 48: ('wagtail.blocks.StructBlock', [[('key', 45), ('text', 46), ('url', 47)]], {}), 49: ('wagtail.blocks.ListBlock', (48,), {}), 50: ('wagtail.blocks.StructBlock', [[('references', 49)]], {}), 51: ('wagtail.blocks.TextBlock', (), {'help_text': 'For authors and reviewers: “Check the 2027/28 figures.” Learners never see it.', 'rows': 2}), 52: ('wagtail.blocks.StructBlock', [[('text', 51)]], {})}, help_text='Shown before the start.', verbose_name='introduction')),
                ('occasion', models.CharField(choices=[('pre', 'Before the programme'), ('post', 'After the programme'), ('other', 'At another time')], default='other', max_length=5, verbose_name='answered')),
                ('measure', models.CharField(blank=True, help_text='As reports call it. Surveys before and after that share it are compared.', max_length=120, verbose_name='name of the measure')),
                ('about', models.CharField(blank=True, help_text='Own tool or published scale, its version, whether it was validated, and by whose permission it is used here. Printed on reports.', max_length=250, verbose_name='where it comes from')),
                ('scale', models.TextField(default='Strongly disagree\nDisagree\nNeither agree nor disagree\nAgree\nStrongly agree', help_text='A label on each line, from least to most agreement. “Prefer not to say” is always offered beside them.')),
                ('items', wagtail.fields.StreamField([('item', 0)], blank=True, block_lookup={0: ('cms.blocks.surveys.SurveyItemBlock', (), {})})),
                ('consent', models.TextField(blank=True, help_text='Asked apart from the survey: nobody has to agree to complete it.', verbose_name='what is consented to')),
                ('outcomes', modelcluster.fields.ParentalManyToManyField(blank=True, help_text='What learners can do by the end that this works towards.', to='cms.outcome')),
                ('tags', modelcluster.fields.ParentalManyToManyField(blank=True, help_text='The statutes, guidance and standards that this page rests on.', to='cms.tag')),
            ],
            options={
                'verbose_name': 'survey',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='SurveyItemWording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('who', models.CharField(max_length=80, verbose_name='for')),
                ('text', models.TextField()),
                ('item', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='cms.surveyitem')),
            ],
            options={
                'ordering': ['sort_order'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('item', 'who'), name='an_item_is_worded_once_for_each')],
            },
        ),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
