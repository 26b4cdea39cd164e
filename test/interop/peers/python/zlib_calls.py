"""Apache's zlib transport: `client PORT` calls and prints what it got; `server` serves until standard input ends. Usage:
zlib_calls.py GENERATED framed|unframed client PORT
zlib_calls.py GENERATED framed|unframed server
"""

import sys
import threading

sys.path.insert(0, sys.argv[1] + "/gen-py")

from calculator import Calculator  # noqa: E402
from calculator.ttypes import NoAnswer, Operation, Work  # noqa: E402
from thrift.protocol.TBinaryProtocol import TBinaryProtocolFactory  # noqa: E402
from thrift.server.TServer import TThreadedServer  # noqa: E402
from thrift.transport import TSocket, TTransport  # noqa: E402
from thrift.transport.TZlibTransport import TZlibTransport  # noqa: E402


class ZlibFactory:
    """One zlib transport for both directions of a connection, frames within it."""

    def __init__(self):
        self.last = (None, None)

    def getTransport(self, socket):
        if self.last[0] is not socket:
            inner = TZlibTransport(TTransport.TBufferedTransport(socket))
            self.last = (socket, TTransport.TFramedTransport(inner) if sys.argv[2] == "framed" else inner)
        return self.last[1]


class Handler:
    def __init__(self):
        self.lines = []

    def calculate(self, work):
        if work.operation == Operation.DIVIDE and work.right == 0:
            raise NoAnswer("by nothing", work)
        return work.left * work.right

    def journal(self, last):
        return {Operation.ADD: [Work(Operation.ADD, i, i, "n" * i) for i in range(last)]}

    def remember(self, line):
        self.lines.append(line)


def client(port):
    socket = TSocket.TSocket("127.0.0.1", port)
    socket.setTimeout(20_000)
    transport = ZlibFactory().getTransport(socket)
    transport.open()
    calculator = Calculator.Client(TBinaryProtocolFactory().getProtocol(transport))
    calculator.remember("a line")
    print(calculator.calculate(Work(Operation.MULTIPLY, 6, 7)))
    try:
        calculator.calculate(Work(Operation.DIVIDE, 6, 0))
    except NoAnswer as error:
        print(error.message)
    print(sum(len(work.note) for work in calculator.journal(500)[Operation.ADD]))
    transport.close()


def server():
    listener = TSocket.TServerSocket(host="127.0.0.1", port=0)
    listener.listen()
    port = listener.handle.getsockname()[1]
    listener.listen = lambda: None
    processor = Calculator.Processor(Handler())
    threads = TThreadedServer(processor, listener, ZlibFactory(), TBinaryProtocolFactory(), daemon=True)
    threading.Thread(target=threads.serve, daemon=True).start()
    print(port, flush=True)
    sys.stdin.read()


if sys.argv[3] == "client":
    client(int(sys.argv[4]))
else:
    server()
