"""Calls a server in the combinations that standard input names, and says how each check went.

Usage: client.py GENERATED_DIR CASES_FILE. Reads "binary framed plain tcp 41234" lines; prints, tab-separated,
combination, check, "ok" or "not ok", detail; ends after "done".
"""

import sys
import uuid

sys.path.insert(0, sys.argv[1] + "/gen-py")

from checking import Checks, caught, differ, pipelines
from combination import Combination
from words import Words

from interop import Newer, Second, constants, ttypes
from thrift.protocol.TMultiplexedProtocol import TMultiplexedProtocol
from thrift.Thrift import TApplicationException


class InteropChecks(Checks):
    def __init__(self, combination, words, types):
        self.words = words
        self.types = types
        super().__init__(combination)

    def connect(self):
        self.protocol = self.combination.open()
        multiplexed = self.combination.naming == "multiplexed"
        self.interop = Newer.Client(TMultiplexedProtocol(self.protocol, "Interop") if multiplexed else self.protocol)
        self.second = Second.Client(TMultiplexedProtocol(self.protocol, "Second")) if multiplexed else None

    def check_case(self, name, case, text):
        kind = self.types[name]
        words = self.words
        call = lambda verb, argument: getattr(self.interop, verb + name)(argument)
        parse = lambda: words.parse(text, kind)
        self.check(f"echo {name} {case}", lambda: differ(words.describe(call("echo", parse()), kind), text))
        self.check(f"describe {name} {case}", lambda: differ(call("describe", parse()), text))
        self.check(f"parse {name} {case}", lambda: differ(words.describe(call("parse", text), kind), text))

    def check_behaviour(self):
        self.check_all()
        if self.second:
            self.check("the second service answers beside the first", self.both_services)

    def check_that_a_part_of_a_struct_is_read(self):
        part = self.interop.parsePart("(4=5,7='61',9=1,16=true)".replace("16=true", "27=true"))
        return differ((part.medium, part.text), (5, "a"))

    def check_that_constants_agree(self):
        kind = {"typeId": "struct", "class": "Constants"}
        own = ttypes.Constants(
            yes=constants.YES, tiny=constants.TINY, small=constants.SMALL, medium=constants.MEDIUM,
            large=constants.LARGE, lowest=constants.LOWEST, real=constants.REAL, text=constants.TEXT,
            favourite=constants.FAVOURITE, powers=constants.POWERS, counts=constants.COUNTS,
            primes=constants.PRIMES, leaf=constants.LEAF, leaves=constants.LEAVES,
        )
        return differ(self.words.describe(self.interop.constants(), kind), self.words.describe(own, kind))

    def check_that_void_is_void(self):
        return differ(self.interop.nothing(), None)

    def check_that_every_argument_arrives(self):
        return differ(self.interop.sum(1, 20, 300, 4_000_000_000, 50000.0, True, 600000), str(4_000_650_322))

    def check_that_a_declared_exception_arrives(self):
        error = caught(ttypes.Declared, lambda: self.interop.fail("declared"))
        return differ((error.code, error.message, error.leaf.text), (-7, "as declared", "leaf"))

    def check_that_another_declared_exception_arrives(self):
        return differ(caught(ttypes.Other, lambda: self.interop.fail("other")).reasons, ["one", "two"])

    def check_that_a_void_method_fails_as_declared(self):
        error = caught(ttypes.Declared, lambda: self.interop.failVoid("declared"))
        return differ((error.code, error.message), (-8, "void, as declared"))

    def check_that_an_undeclared_error_is_an_application_exception(self):
        error = caught(TApplicationException, lambda: self.interop.fail("undeclared"))
        return differ(error.type, TApplicationException.INTERNAL_ERROR) or differ("secret" in str(error), False)

    def check_that_an_unknown_method_is_an_application_exception(self):
        error = caught(TApplicationException, lambda: self.interop.notServed("x"))
        return differ(error.type, TApplicationException.UNKNOWN_METHOD) or differ(self.interop.who(), "Interop")

    def check_that_oneway_does_not_answer(self):
        key = str(uuid.uuid4())
        self.interop.note(key, "one")
        self.interop.note(key, "two")
        self.interop.noteBadly(key)
        return differ(self.interop.notes(key), ["one", "two", "badly"])

    @pipelines
    def check_that_pipelined_calls_are_answered_in_order(self):
        for number in range(100):
            self.interop.send_echoI32(number)
        return differ([self.interop.recv_echoI32() for _ in range(100)], list(range(100)))

    @pipelines
    def check_that_equal_seqids_keep_their_order(self):
        key = str(uuid.uuid4())
        self.interop.send_hold(key)
        self.interop.send_release(key)
        return differ((self.interop.recv_hold(), self.interop.recv_release()), (key, None))

    def both_services(self):
        answers = [self.interop.who(), self.second.who(), self.second.twice("ab"), self.interop.who()]
        return differ(answers, ["Interop", "Second", "abab", "Interop"])


def main():
    json = sys.argv[1] + "/gen-json/"
    words = Words(json + "interop.json", "interop.ttypes")
    types = words.types_of_arguments(json + "base.json", "Values")
    types.update(words.types_of_arguments(json + "interop.json", "Interop"))
    with open(sys.argv[2], encoding="utf-8") as file:
        cases = [line.rstrip("\n").split("\t") for line in file]
    for line in sys.stdin:
        checks = InteropChecks(Combination(line.rstrip("\n")), words, types)
        for name, case, text in cases:
            checks.check_case(name, case, text)
        checks.check_behaviour()
    print("done", flush=True)


main()
