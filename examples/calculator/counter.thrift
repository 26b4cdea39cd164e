/** Calls with many answers, or many arguments, in fbthrift's IDL: they travel over its Rocket protocol. */
namespace js counter

service Counter {
  /** A stream: one item after the other, as fast as the caller reads. */
  stream<i32> countTo(1: i32 last)

  /** A sink: the caller sends items, and gets one answer at the end. */
  sink<i32, i64> addUp()

  /** Both at once. */
  sink<i32>, stream<i64> runningTotal()

  /** Answers after so many milliseconds, unless its caller has given up. */
  void rest(1: i32 milliseconds)
}
