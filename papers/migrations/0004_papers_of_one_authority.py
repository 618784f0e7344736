"""A paper, its plan, its version and its file are of one authority: the database compares them."""

from django.db import migrations

from accounts.wall import same_authority


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0003_deliveries"),
        ("pep", "0012_files_of_sections"),
        ("files", "0001_initial"),
    ]

    operations = [
        same_authority(
            "papers_readerpaper", parent="pep_personaleducationplan", column="plan_id"
        ),
        same_authority(
            "papers_readerpaper", "papers_bundlepaper", "papers_delivery",
            parent="pep_agreedversion", column="version_id",
        ),
        same_authority(
            "papers_readerpaper", "papers_bundle", "papers_bundlepaper",
            parent="files_storedfile", column="file_id",
        ),
        same_authority("pep_paper", parent="files_storedfile", column="file_id"),
    ]  # fmt: skip
