"""Serves Interop and Second in the combinations that are named, until standard input ends.

Usage: server.py GENERATED_DIR SOCKET_DIR "binary framed plain tcp"... Prints one line a combination, then "ready".
"""

import logging
import sys
from collections import defaultdict

sys.path.insert(0, sys.argv[1] + "/gen-py")

from serving import serve_all
from words import Words

from interop import Interop, Second, constants, ttypes
from thrift.Thrift import TApplicationException
from thrift.TMultiplexedProcessor import TMultiplexedProcessor


class Handler:
    def __init__(self, words, types):
        self.noted = defaultdict(list)
        for name, kind in types.items():
            setattr(self, "echo" + name, lambda value: value)
            setattr(self, "describe" + name, lambda value, kind=kind: words.describe(value, kind))
            setattr(self, "parse" + name, lambda text, kind=kind: words.parse(text, kind))

    def parsePart(self, text):
        return self.parseEverything(text)

    def constants(self):
        return ttypes.Constants(
            yes=constants.YES, tiny=constants.TINY, small=constants.SMALL, medium=constants.MEDIUM,
            large=constants.LARGE, lowest=constants.LOWEST, real=constants.REAL, text=constants.TEXT,
            favourite=constants.FAVOURITE, powers=constants.POWERS, counts=constants.COUNTS,
            primes=constants.PRIMES, leaf=constants.LEAF, leaves=constants.LEAVES,
        )

    def nothing(self):
        pass

    def sum(self, a, b, c, d, e, f, g):
        return str(a + b + c + d + int(e) + int(f) + g)

    def fail(self, how):
        if how == "declared":
            raise ttypes.Declared(code=-7, message="as declared", leaf=ttypes.Leaf(1, "leaf"))
        if how == "other":
            raise ttypes.Other(reasons=["one", "two"])
        if how == "undeclared":
            raise ValueError("a secret of the server")
        if how == "application":
            raise TApplicationException(TApplicationException.INVALID_PROTOCOL, "as asked")
        return how

    def failVoid(self, how):
        if how == "declared":
            raise ttypes.Declared(code=-8, message="void, as declared")
        if how == "undeclared":
            raise ValueError("a secret of the server")

    def note(self, key, text):
        self.noted[key].append(text)

    def noteBadly(self, key):
        self.noted[key].append("badly")
        raise ValueError("nobody hears this")

    def notes(self, key):
        return self.noted[key]

    def hold(self, key):
        raise ValueError("one call at a time: this server cannot hold one")

    def release(self, key):
        pass

    def who(self):
        return "Interop"


class SecondHandler:
    def who(self):
        return "Second"

    def twice(self, text):
        return text + text


def processor_of(naming, handler):
    if naming == "plain":
        return Interop.Processor(handler)
    processor = TMultiplexedProcessor()
    processor.registerProcessor("Interop", Interop.Processor(handler))
    processor.registerProcessor("Second", Second.Processor(SecondHandler()))
    return processor


def main():
    logging.disable(logging.CRITICAL)
    json = sys.argv[1] + "/gen-json/"
    words = Words(json + "interop.json", "interop.ttypes")
    types = words.types_of_arguments(json + "base.json", "Values")
    types.update(words.types_of_arguments(json + "interop.json", "Interop"))
    serve_all(sys.argv[2], sys.argv[3:], lambda naming: processor_of(naming, Handler(words, types)))


main()
