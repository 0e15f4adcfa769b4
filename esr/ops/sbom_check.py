"""Validates a bill of materials against CycloneDX's own schema: `python sbom_check.py FILE`.

Run by `make sbom` with the tools of requirements/audit.txt, which are not the platform's.
"""

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(sys.argv[1]).read_text())
if fault:
    sys.exit(f"{sys.argv[1]} is not CycloneDX 1.6: {fault}")
print(f"{sys.argv[1]} is valid CycloneDX 1.6.")
