"""One combination of protocol, framing, naming and socket, written as a line of text:

    binary framed plain tcp 41234
    compact unframed multiplexed unix /tmp/x/7.sock

On Unix sockets the accelerated protocols (in C) are used, on TCP those in pure Python: both are Apache's.
"""

from thrift.protocol import TBinaryProtocol, TCompactProtocol, THeaderProtocol, TJSONProtocol
from thrift.transport import TSocket, TTransport
from thrift.transport.THeaderTransport import THeaderSubprotocolID

PROTOCOLS = {
    ("binary", "tcp"): TBinaryProtocol.TBinaryProtocolFactory,
    ("binary", "unix"): TBinaryProtocol.TBinaryProtocolAcceleratedFactory,
    ("compact", "tcp"): TCompactProtocol.TCompactProtocolFactory,
    ("compact", "unix"): TCompactProtocol.TCompactProtocolAcceleratedFactory,
    ("json", "tcp"): TJSONProtocol.TJSONProtocolFactory,
    ("json", "unix"): TJSONProtocol.TJSONProtocolFactory,
}

SUBPROTOCOLS = {"binary": THeaderSubprotocolID.BINARY, "compact": THeaderSubprotocolID.COMPACT}


class Combination:
    def __init__(self, line):
        self.protocol, self.framing, self.naming, self.socket, self.address = line.split(" ", 4)
        self.name = " ".join(line.split(" ")[:4])

    def protocol_factory(self):
        if self.framing == "header":
            return THeaderProtocol.THeaderProtocolFactory(default_protocol=SUBPROTOCOLS[self.protocol])
        return PROTOCOLS[self.protocol, self.socket]()

    def transport_factory(self):
        if self.framing == "framed":
            return TTransport.TFramedTransportFactory()
        return TTransport.TBufferedTransportFactory()

    def open(self):
        """A client's protocol over a new connection."""
        if self.socket == "unix":
            socket = TSocket.TSocket(unix_socket=self.address)
        else:
            socket = TSocket.TSocket("127.0.0.1", int(self.address))
        socket.setTimeout(20_000)
        transport = self.transport_factory().getTransport(socket)
        transport.open()
        return self.protocol_factory().getProtocol(transport)


def all_combinations(directory, with_json=False):
    """All of them, on a free port or a path in `directory` each; on request JSON, in half of its combinations."""
    for protocol in ("binary", "compact", "json") if with_json else ("binary", "compact"):
        for framing in ("framed", "unframed", "header"):
            for naming in ("plain", "multiplexed"):
                for socket in ("tcp", "unix"):
                    if protocol == "json" and (framing == "header" or (naming == "plain") != (socket == "tcp")):
                        continue
                    name = f"{protocol} {framing} {naming} {socket}"
                    path = f"{directory}/{name.replace(' ', '-')}.sock"
                    yield Combination(f"{name} {path if socket == 'unix' else 0}")
