"""Choosing a service for a case."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def contact_from(service: Any, address: str) -> SafeString:
    """The button that takes a service's card back to the case at this address."""
    return format_html(
        '<a class="button" href="{}?entry={}">Contact this service'
        '<span class="visually-hidden">: {}</span></a>',
        address,
        service.uuid,
        service.name,
    )
