"""The register of personal data: content, the directory and Wagtail's own models.

How it is read, `curriculum.privacy.registry`; `CmsConfig.ready` imports what registers.
"""
