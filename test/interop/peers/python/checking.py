"""What every client program does around its checks: runs them, prints the results, goes on after a failure."""


def differ(actual, expected):
    """None if equal, else what differs."""
    return None if actual == expected else f"expected {str(expected)[:120]}, got {str(actual)[:120]}"


def caught(kind, call):
    """The error that `call` raised, which must be of `kind`."""
    try:
        result = call()
    except kind as error:
        return error
    raise AssertionError(f"expected {kind.__name__}, got {result!r}")


def pipelines(check):
    """Marks a check that sends more than one call before it reads an answer."""
    check.pipelines = True
    return check


class Checks:
    """The checks of one combination; connect() opens a new connection and makes the clients."""

    def __init__(self, combination):
        self.combination = combination
        self.connect()

    def connect(self):
        raise NotImplementedError

    def check(self, name, run):
        try:
            problem = run()
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            self.protocol.trans.close()
            self.connect()
        detail = (problem or "").replace("\t", " ").replace("\n", " ")[:300]
        print(self.combination.name, name, "not ok" if problem else "ok", detail, sep="\t", flush=True)

    def check_all(self):
        """Runs each method whose name says "check that ..."; over HTTP none that sends before it has read: it would lose an answer."""
        for name in [name for name in dir(self) if name.startswith("check_that_")]:
            if self.combination.framing in ("http", "header-http") and getattr(getattr(self, name), "pipelines", False):
                continue
            self.check(name[len("check_that_"):].replace("_", " "), getattr(self, name))
