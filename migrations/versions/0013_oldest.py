"""The oldest revision that a database may be at; it changes nothing, the revisions before it make the whole schema."""

revision = "0013"
down_revision = "0010"


def upgrade() -> None:
    pass
