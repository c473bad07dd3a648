"""One web process with its workers. The unit names its port; nginx spreads requests over two."""

import os

bind = f"127.0.0.1:{os.environ['PORT']}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Told to end, a worker takes no more requests and finishes those that it has.
graceful_timeout = 30
timeout = 60
keepalive = 75  # longer than nginx keeps its side, so that nginx closes first
control_socket_disable = True  # systemd steers it; two processes would share one socket
max_requests, max_requests_jitter = 5000, 500  # whatever leaks does not leak for ever
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "elearn.service.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True}},
}
