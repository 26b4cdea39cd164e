"""Reads and writes structs through the code that Debian's compiler generated for Python.

Arguments: the folder of that code. Standard input: a JSON object a line, { module, struct, protocol, hex }. Standard output: the
hexadecimal bytes that the struct, read from `hex`, is written as in the same protocol; or `error: ...`.
"""
import importlib
import json
import sys

from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.protocol.TCompactProtocol import TCompactProtocol
from thrift.transport.TTransport import TMemoryBuffer

PROTOCOLS = {"binary": TBinaryProtocol, "compact": TCompactProtocol}


def rewrite(request):
    module = importlib.import_module(request["module"] + ".ttypes")
    protocol = PROTOCOLS[request["protocol"]]
    empty = getattr(module, request["struct"])()
    # An exception cannot be changed: its read makes another one.
    value = empty.read(protocol(TMemoryBuffer(bytes.fromhex(request["hex"])))) or empty
    out = TMemoryBuffer()
    value.write(protocol(out))
    return out.getvalue().hex()


sys.path.insert(0, sys.argv[1])
for line in sys.stdin:
    try:
        print(rewrite(json.loads(line)))
    except Exception as error:  # the test says what it is about
        print("error: %s: %s" % (type(error).__name__, str(error).replace("\n", " ")))
