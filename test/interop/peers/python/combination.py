"""One combination of protocol, framing, naming and socket, written as a line of text:

    binary framed plain tcp 41234
    compact unframed multiplexed unix /tmp/x/7.sock

On Unix sockets the accelerated protocols (in C) are used, on TCP and TLS those in pure Python: both are Apache's.
"""

import os
import warnings

from thrift.protocol import TBinaryProtocol, TCompactProtocol, THeaderProtocol, TJSONProtocol
from thrift.transport import THttpClient, TSocket, TSSLSocket, TTransport
from thrift.transport.THeaderTransport import THeaderSubprotocolID
from thrift.transport.TZlibTransport import TZlibTransport

PROTOCOLS = {
    "binary": TBinaryProtocol.TBinaryProtocolFactory,
    "compact": TCompactProtocol.TCompactProtocolFactory,
    "json": TJSONProtocol.TJSONProtocolFactory,
}
ACCELERATED = {
    **PROTOCOLS,
    "binary": TBinaryProtocol.TBinaryProtocolAcceleratedFactory,
    "compact": TCompactProtocol.TCompactProtocolAcceleratedFactory,
}
SUBPROTOCOLS = {"binary": THeaderSubprotocolID.BINARY, "compact": THeaderSubprotocolID.COMPACT}
TIMEOUT_MS = 20_000

# TSSLSocket asks for these warnings when it is imported, and gives cause for them whenever it is used.
warnings.simplefilter("ignore", DeprecationWarning)


def certificate(name):
    """The path of "authority", "server" or "key"."""
    return f"{os.environ['INTEROP_CERTIFICATES']}/{name}.pem"


class ZlibFactory:
    """Zlib transports; each serves one direction of a connection, or both.

    What reads from one must not ask for many bytes at once: the JSON protocol and the accelerated ones take for whole what
    TZlibTransport gives them in parts. Hence a buffer around it where there are no frames.
    """

    def __init__(self, framed):
        self.framed = framed

    def getTransport(self, socket):
        inner = TZlibTransport(TTransport.TBufferedTransport(socket))
        return TTransport.TFramedTransport(inner) if self.framed else TTransport.TBufferedTransport(inner)


class Combination:
    def __init__(self, line):
        self.protocol, self.framing, self.naming, self.socket, self.address = line.split(" ", 4)
        self.name = " ".join(line.split(" ")[:4])

    def protocol_factory(self):
        if self.framing.startswith("header"):
            return THeaderProtocol.THeaderProtocolFactory(default_protocol=SUBPROTOCOLS[self.protocol])
        return (ACCELERATED if self.socket == "unix" else PROTOCOLS)[self.protocol]()

    def transport_factory(self):
        if self.framing in ("zlib", "zlib-framed", "header-zlib"):
            return ZlibFactory(self.framing == "zlib-framed")
        if self.framing == "framed":
            return TTransport.TFramedTransportFactory()
        return TTransport.TBufferedTransportFactory()

    def open(self):
        """A client's protocol over a new connection."""
        transport = self.http_client() if self.framing in ("http", "header-http") else self.transport_factory().getTransport(self.dial())
        transport.open()
        return self.protocol_factory().getProtocol(transport)

    def dial(self):
        if self.socket == "unix":
            socket = TSocket.TSocket(unix_socket=self.address)
        elif self.socket == "tls":
            socket = TSSLSocket.TSSLSocket("127.0.0.1", int(self.address), ca_certs=certificate("authority"))
        else:
            socket = TSocket.TSocket("127.0.0.1", int(self.address))
        socket.setTimeout(TIMEOUT_MS)
        return socket

    def http_client(self):
        if self.socket == "tls":
            client = THttpClient.THttpClient(f"https://127.0.0.1:{self.address}/", cafile=certificate("authority"))
        else:
            client = THttpClient.THttpClient(f"http://127.0.0.1:{self.address}/")
        client.setTimeout(TIMEOUT_MS)
        return client


def combinations(directory, names):
    """Those of `names`, each on a free port or a path in `directory`."""
    for name in names:
        path = f"{directory}/{name.replace(' ', '-')}.sock"
        yield Combination(f"{name} {path if name.endswith(' unix') else 0}")
