"""Serves ThriftTest (and SecondService, multiplexed) in the combinations that are named, until standard input ends.

Usage: thrift_test_server.py GENERATED_DIR SOCKET_DIR "binary framed plain tcp"... Prints one line a combination, then "ready".
"""

import logging
import sys

sys.path.insert(0, sys.argv[1] + "/gen-py")

from serving import serve_all

from thrift.Thrift import TException
from thrift.TMultiplexedProcessor import TMultiplexedProcessor
from thrifttest import SecondService, ThriftTest, ttypes

IDENTITIES = (
    "String Bool Byte I32 I64 Double Binary Struct Nest Map StringMap Set List Enum Typedef"
).split()


class Handler:
    def __init__(self):
        for name in IDENTITIES:
            setattr(self, "test" + name, lambda thing: thing)

    def testVoid(self):
        pass

    def testMapMap(self, hello):
        return {4: {i: i for i in range(1, 5)}, -4: {-i: -i for i in range(1, 5)}}

    def testInsanity(self, argument):
        return {1: {2: argument, 3: argument}, 2: {6: ttypes.Insanity()}}

    def testMulti(self, arg0, arg1, arg2, arg3, arg4, arg5):
        return ttypes.Xtruct("Hello2", arg0, arg1, arg2)

    def testException(self, arg):
        if arg == "Xception":
            raise ttypes.Xception(1001, arg)
        if arg == "TException":
            raise TException("undeclared")

    def testMultiException(self, arg0, arg1):
        if arg0 == "Xception":
            raise ttypes.Xception(1001, "This is an Xception")
        if arg0 == "Xception2":
            raise ttypes.Xception2(2002, ttypes.Xtruct("This is an Xception2"))
        return ttypes.Xtruct(arg1)

    def testOneway(self, seconds):
        pass


class SecondHandler:
    def secondtestString(self, thing):
        return f'testString("{thing}")'


def processor_of(naming):
    if naming == "plain":
        return ThriftTest.Processor(Handler())
    processor = TMultiplexedProcessor()
    processor.registerProcessor("ThriftTest", ThriftTest.Processor(Handler()))
    processor.registerProcessor("SecondService", SecondService.Processor(SecondHandler()))
    return processor


logging.disable(logging.CRITICAL)
serve_all(sys.argv[2], sys.argv[3:], processor_of)
