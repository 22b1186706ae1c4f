"""The WSGI application that `comity run` serves."""

from django.core.wsgi import get_wsgi_application

from comity.config.supervisor import end_with_parent

end_with_parent()
application = get_wsgi_application()
