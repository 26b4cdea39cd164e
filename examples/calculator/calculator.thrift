/** The service of scrimp's quick tour: one call of each kind. */
namespace js calculator

/** What to do with two numbers. */
enum Operation {
  ADD = 1
  SUBTRACT = 2
  MULTIPLY = 3
  DIVIDE = 4
}

/** A sum to work out. */
struct Work {
  1: required Operation operation
  2: required i32 left
  3: required i32 right
  /** For whoever reads the journal. */
  4: optional string note
}

/** There is no answer to this sum. */
exception NoAnswer {
  1: string message
  2: Work work
}

service Calculator {
  /** Answers with a value, or with the declared exception. */
  i64 calculate(1: Work work) throws (1: NoAnswer none) (idempotent)

  /** A struct, a list and a map in the answer. */
  map<Operation, list<Work>> journal(1: i32 last)

  /** Nobody waits for this one, and nothing comes back. */
  oneway void remember(1: string line)
}
