"""From a page's bytes to an article.

Its libraries are heavy (lxml, trafilatura, readability-lxml) and lie in a layer of the function that needs them, so
nothing else imports this folder; an import contract holds that.
"""
