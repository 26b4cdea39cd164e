"""Reads emitBatch messages, one a line in hex, and prints what it saw of each as JSON.

Usage: read_datagrams.py GENERATED binary|compact
"""
import json
import sys

sys.path.insert(0, sys.argv[1] + "/gen-py")

from agent import Agent  # noqa: E402
from thrift.protocol import TBinaryProtocol, TCompactProtocol  # noqa: E402
from thrift.transport import TTransport  # noqa: E402

protocol_of = {"binary": TBinaryProtocol.TBinaryProtocol, "compact": TCompactProtocol.TCompactProtocol}[sys.argv[2]]

for line in sys.stdin:
    protocol = protocol_of(TTransport.TMemoryBuffer(bytes.fromhex(line.strip())))
    seen = []
    while protocol.trans.cstringio_buf.tell() < len(line.strip()) // 2:
        name, kind, _ = protocol.readMessageBegin()
        args = Agent.emitBatch_args()
        args.read(protocol)
        protocol.readMessageEnd()
        spans = [[span.operationName, str(span.spanId), str(span.duration)] for span in args.batch.spans]
        seen.append([name, kind, args.batch.process.serviceName, spans])
    print(json.dumps(seen))
