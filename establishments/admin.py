from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import models

from esr.core.fields import TextField
from establishments.models import Establishment, FaqEntry, Membership, News, SessionDates, User

admin.site.site_header = "Administration de la plateforme"
admin.site.site_title = "Administration"
admin.site.index_title = "Tables"

# Text typed here passes the same door as anywhere else.
CLEANED = {
    models.CharField: {"form_class": TextField},
    models.TextField: {"form_class": TextField, "multiline": True},
}


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Establishment)
class EstablishmentAdmin(admin.ModelAdmin):
    list_display = ["name", "identifier", "category", "academy", "city", "email"]
    list_filter = ["category", "status", "academy"]
    search_fields = ["name", "identifier", "email", "city", "postal_code"]
    readonly_fields = ["created_at"]
    inlines = [MembershipInline]
    formfield_overrides = CLEANED

    def has_add_permission(self, request):
        # An establishment is made together with its two accounts, never as a row alone.
        return False


@admin.register(User)
class AccountAdmin(UserAdmin):
    list_display = ["username", "email", "is_active"]
    list_filter = ["is_active", "is_staff", "academy"]
    search_fields = ["username", "email"]
    fieldsets = [
        (None, {"fields": ["username", "email", "password"]}),
        ("Administration", {"fields": ["is_active", "is_staff", "is_superuser", "academy", "groups"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["username", "email", "password1", "password2"]})]
    filter_horizontal = ["groups"]
    readonly_fields = ["last_login", "date_joined"]


@admin.register(SessionDates)
class SessionDatesAdmin(admin.ModelAdmin):
    list_display = ["year", "category", "opens_on", "closes_on"]
    list_display_links = ["category"]
    list_filter = ["year", "category"]
    search_fields = ["year"]


@admin.register(News)
class NewsAdmin(admin.ModelAdmin):
    list_display = ["title", "published_at"]
    search_fields = ["title", "text"]
    date_hierarchy = "published_at"
    formfield_overrides = CLEANED


@admin.register(FaqEntry)
class FaqEntryAdmin(admin.ModelAdmin):
    list_display = ["question", "kind", "position"]
    list_editable = ["position"]
    list_filter = ["kind"]
    search_fields = ["question", "answer"]
    formfield_overrides = CLEANED
