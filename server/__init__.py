"""How the application is served: settings, HTTP, authentication, logs, traces, metrics."""
