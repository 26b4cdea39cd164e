"""Serves a processor in several combinations until standard input ends."""

import ssl
import sys
import threading
from http.server import HTTPServer

from combination import certificate, combinations
from thrift.server import THttpServer, TServer
from thrift.transport import TSocket, TSSLSocket


class Listening:
    """Of a server socket that is listening before serve() is called, so that its port can be told."""

    def __init__(self, **options):
        super().__init__(**options)
        super().listen()

    def listen(self):
        pass


class Listener(Listening, TSocket.TServerSocket):
    pass


class SecureListener(Listening, TSSLSocket.TSSLServerSocket):
    pass


def listener_of(combination):
    if combination.socket == "unix":
        return Listener(unix_socket=combination.address)
    if combination.socket == "tcp":
        return Listener(host="127.0.0.1", port=0)
    return SecureListener(host="127.0.0.1", port=0, certfile=certificate("server"), keyfile=certificate("key"))


def threaded_server(combination, processor):
    """A server, and the socket that it listens on."""
    listener = listener_of(combination)
    factories = combination.transport_factory(), combination.protocol_factory()
    return TServer.TThreadedServer(processor, listener, *factories, daemon=True), listener.handle


class SecureServer(HTTPServer):
    """THttpServer's own cert_file and key_file make a context for clients, which no server of Python 3.10 or later can use."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate("server"), certificate("key"))
        self.socket = context.wrap_socket(self.socket, server_side=True)


def http_server(combination, processor):
    kind = SecureServer if combination.socket == "tls" else HTTPServer
    factory = combination.protocol_factory()
    server = THttpServer.THttpServer(processor, ("127.0.0.1", 0), factory, server_class=kind)
    # Both would write to standard error.
    server.httpd.RequestHandlerClass.log_message = server.httpd.handle_error = lambda *_: None
    return server, server.httpd.socket


def serve(combination, processor):
    make = http_server if combination.framing in ("http", "header-http") else threaded_server
    server, socket = make(combination, processor)
    threading.Thread(target=server.serve, daemon=True).start()
    print(combination.name, combination.address if combination.socket == "unix" else socket.getsockname()[1])


def serve_all(directory, names, processor_of):
    """`processor_of` makes a processor for "plain" or "multiplexed". Prints the endpoints, then "ready"."""
    for combination in combinations(directory, names):
        serve(combination, processor_of(combination.naming))
    print("ready", flush=True)
    sys.stdin.read()
