from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class StaticFiles(ManifestStaticFilesStorage):
    """Hashed names, also where one of our JavaScript modules imports another, so that a page never mixes two versions.

    Other people's modules are left as they are; the reverse proxy compresses.
    """

    patterns = (
        *ManifestStaticFilesStorage.patterns,
        ("js/*.js", ManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
