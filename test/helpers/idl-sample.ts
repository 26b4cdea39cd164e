/** A short file with a bit of everything that the language has. */
export const SAMPLE: string = `namespace js a
include "gone.thrift"
/** doc */
enum E { A = 1, B } (x = "y")
typedef map<string, list<E>> M
const M C = {"a": [E.A, 2], 'b': []}
union U { 1: i32 a, 2: string b = "\\n" }
struct S { 1: required i64 id = 0x10; 2: optional list<set<U>> us = [{"a": 1}] (k = "v"), 3: double d = -1.5e3 } // end
exception X { 1: string message }
service P { void ping() }
service Q extends P { oneway void a(1: i32 b), stream<S throws (1: X x)> s(1: S s) throws (1: X x); i32, sink<S, E> k() }
`;
