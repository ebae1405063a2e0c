"""What a reviewer should know of an employer's entry, in words."""

from typing import Final

from app.errors import N_

FINDINGS: Final[dict[str, str]] = {
    "licence_missing": N_("The licence is missing."),
    "name_differs": N_("The name differs from the licence."),
    "code_differs": N_("The credit code differs from the licence."),
    "licence_expired": N_("The licence has expired."),
}
