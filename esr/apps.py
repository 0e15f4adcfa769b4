from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """Django admin with the platform's own site: its sign-in, its second proof, its groups."""

    default_site = "esr.admin_site.AdministrationSite"
