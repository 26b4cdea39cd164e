"""Serves a processor in all combinations until standard input ends."""

import sys
import threading

from combination import all_combinations
from thrift.server import TServer
from thrift.transport import TSocket


class Listener(TSocket.TServerSocket):
    """A server socket that is listening before serve() is called, so that its port can be told."""

    def __init__(self, combination):
        path = combination.address if combination.socket == "unix" else None
        super().__init__(host="127.0.0.1", port=0, unix_socket=path)
        super().listen()

    def listen(self):
        pass


def serve(combination, processor):
    listener = Listener(combination)
    server = TServer.TThreadedServer(
        processor, listener, combination.transport_factory(), combination.protocol_factory(), daemon=True
    )
    threading.Thread(target=server.serve, daemon=True).start()
    address = combination.address if combination.socket == "unix" else listener.handle.getsockname()[1]
    print(combination.name, address)


def serve_all(directory, processor_of, with_json=False):
    """`processor_of` makes a processor for "plain" or "multiplexed". Prints the endpoints, then "ready"."""
    for combination in all_combinations(directory, with_json):
        serve(combination, processor_of(combination.naming))
    print("ready", flush=True)
    sys.stdin.read()
