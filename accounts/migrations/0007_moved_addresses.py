from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_sentences_for_faults")]

    operations = [
        migrations.AddField(
            model_name="accountmail",
            name="former_address",
            field=models.EmailField(
                blank=True,
                default="",
                help_text="To here; else to the person’s own",
                max_length=254,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="accountmail",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reset", "Choose a new password"),
                    ("confirm", "Confirm your email address"),
                    ("changed", "The way you sign in was changed"),
                    ("moved", "Your email address was changed"),
                ],
                max_length=10,
            ),
        ),
    ]
