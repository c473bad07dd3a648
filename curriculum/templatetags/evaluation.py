"""Differences as people write them."""

from django import template

from curriculum.exports.evaluation_charts import signed

register = template.Library()
register.filter("signed", signed)
