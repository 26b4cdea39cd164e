"""Calls a ThriftTest server in the combinations that standard input names, as Apache's own test client does.

Usage: thrift_test_client.py GENERATED_DIR. Lines in and out as in client.py.
"""

import math
import sys

sys.path.insert(0, sys.argv[1] + "/gen-py")

from checking import Checks, caught, differ
from combination import Combination

from thrift.protocol.TMultiplexedProtocol import TMultiplexedProtocol
from thrift.Thrift import TApplicationException
from thrifttest import SecondService, ThriftTest, ttypes

XTRUCT = ttypes.Xtruct("Zero", 1, -3, -5)
VALUES = {
    "String": ["", "Test", "Python" * 20, "\u202aTürkçe, Русский, ქართული, 中文, हिन्दी\u202c\u0301" * 20,
               "quote: \\\" backslash:\\ / \b\f\n\r\t { } [ ] \"}", "a\u0000b", "\U0001f600"],
    "Bool": [True, False],
    "Byte": [0, 1, -1, 42, -42, 63, -120, -127, 127, -128],
    "I32": [0, 1, -1, 190000013, -190000013, 2000000032, 2**31 - 1, -(2**31)],
    "I64": [0, 1, -1, 5, -5, 2**32, -(2**32), 2**32 + 1, -(2**32) - 1, 734359738368, -734359738368, 2**53 + 1,
            -(2**53) - 1, 7000000000000000123, -7000000000000000123, 9000000000000000064, -9000000000000000064,
            2**63 - 1, -(2**63)],
    "Double": [0.0, -1.0, -5.2098523, 7.012052175215044, -0.000341012439638598279, 2.0**32, -(2.0**32), 2.0**32 + 1,
               2.0**53 - 1, -(2.0**53) + 1, 1e307, 1e-292, math.pi],
    "Binary": [bytes(range(256)), bytes(reversed(range(256)))] + [b"\xa5" * size for size in (0, 1, 2, 4, 256, 131072)],
    "Struct": [XTRUCT],
    "Nest": [ttypes.Xtruct2(1, XTRUCT, 5)],
    "Map": [{i: i - 10 for i in range(-5, 5)}, {}],
    "StringMap": [{"a": "2", "b": "blah", "some": "thing", "a b": "0", "k" * 1400: "v" * 1400}],
    "Set": [set(range(-2, 3)), set()],
    "List": [[], list(range(-2, 3)), list(range(1, 21))],
    "Enum": [1, 2, 3, 5, 6, 8],
    "Typedef": [69, 309858235082523, 2**56 - 1],
}


class ThriftTestChecks(Checks):
    def connect(self):
        self.protocol = self.combination.open()
        multiplexed = self.combination.naming == "multiplexed"
        first = TMultiplexedProtocol(self.protocol, "ThriftTest") if multiplexed else self.protocol
        self.client = ThriftTest.Client(first)
        self.second = SecondService.Client(TMultiplexedProtocol(self.protocol, "SecondService")) if multiplexed else None

    def check_identities(self):
        for name, values in VALUES.items():
            call = getattr(self.client, "test" + name)
            self.check(f"test{name} gives back what it got", lambda: differ([call(value) for value in values], values))

    def check_that_testVoid_answers_nothing(self):
        return differ(self.client.testVoid(), None)

    def check_that_testMapMap_has_two_maps(self):
        expected = {-4: {-4: -4, -3: -3, -2: -2, -1: -1}, 4: {1: 1, 2: 2, 3: 3, 4: 4}}
        return differ(self.client.testMapMap(7), expected)

    def check_that_testInsanity_gives_the_argument_twice(self):
        insane = ttypes.Insanity({5: 5, 8: 8}, [ttypes.Xtruct("Goodbye4", 4, 4, 4), ttypes.Xtruct("Hello2", 2, 2, 2)])
        answer = self.client.testInsanity(insane)
        empty = answer.get(2, {}).get(6)
        return (
            differ(answer.get(1), {2: insane, 3: insane})
            or differ(sorted(answer), [1, 2])
            or differ((empty.userMap or {}, empty.xtructs or []), ({}, []))
        )

    def check_that_testMulti_says_hello(self):
        answer = self.client.testMulti(74, 0xFF00FF, 0xFFFFFFFFD0D0, {0: "zero"}, 5, 0xD0D0D0D0D0)
        return differ(answer, ttypes.Xtruct("Hello2", 74, 0xFF00FF, 0xFFFFFFFFD0D0))

    def check_that_testException_throws_Xception(self):
        error = caught(ttypes.Xception, lambda: self.client.testException("Xception"))
        return differ((error.errorCode, error.message), (1001, "Xception"))

    def check_that_testException_throws_what_is_not_declared(self):
        caught(TApplicationException, lambda: self.client.testException("TException"))
        return differ(self.client.testException("success"), None)

    def check_that_testMultiException_throws_either(self):
        first = caught(ttypes.Xception, lambda: self.client.testMultiException("Xception", "ignored"))
        second = caught(ttypes.Xception2, lambda: self.client.testMultiException("Xception2", "ignored"))
        neither = self.client.testMultiException("success", "x")
        actual = (first.errorCode, first.message, second.errorCode, second.struct_thing.string_thing, neither.string_thing)
        return differ(actual, (1001, "This is an Xception", 2002, "This is an Xception2", "x"))

    def check_that_testOneway_is_not_answered(self):
        self.client.testOneway(0)
        return differ(self.client.testI32(-1), -1)

    def check_second(self):
        if self.second:
            self.check("secondtestString quotes", lambda: differ(self.second.secondtestString("x"), 'testString("x")'))


def main():
    for line in sys.stdin:
        checks = ThriftTestChecks(Combination(line.rstrip("\n")))
        checks.check_identities()
        checks.check_all()
        checks.check_second()
    print("done", flush=True)


main()
