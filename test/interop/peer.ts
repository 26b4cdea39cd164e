/**
 * The programs on the other side: what each needs of this machine, what its library lacks, how it is run. Knows none of our own
 * code.
 */
import { join } from "node:path";
import { type Combination, combinationName } from "./combination.ts";
import { buildCpp, cached, generate, idlFiles, missingOf, sources } from "./peer-build.ts";

/** How to start a built peer; see the head of each program for its arguments. */
export interface Programs {
  readonly server: (socketFolder: string, combinations: readonly Combination[]) => readonly string[];
  readonly client: (casesPath: string) => readonly string[];
}

/** What a peer's library does not have: its program is not asked for it. */
export interface Lack {
  /** What the peer is in it; absent: both. */
  readonly role?: "client" | "server";
  /** Over the whole name of the combination. */
  readonly combinations: RegExp;
  readonly why: string;
}

export interface Peer {
  readonly name: string;
  readonly lacks: readonly Lack[];
  /** What is missing on this machine: Debian's packages by name. Empty: the peer can be built. */
  readonly missing: () => Promise<string[]>;
  /** Builds it, or finds what was built from the same sources before. */
  readonly build: () => Promise<Programs>;
}

/** Why `peer` cannot be put through `combination`; undefined: it can. */
export function lackOf(peer: Peer, role: "client" | "server", combination: Combination): Lack | undefined {
  const name = combinationName(combination);
  return peer.lacks.find((lack) => (lack.role ?? role) === role && lack.combinations.test(name));
}

function serverArguments(socketFolder: string, combinations: readonly Combination[]): string[] {
  return [socketFolder, ...combinations.map(combinationName)];
}

const COMPILER = { "thrift-compiler": ["thrift", "--version"] } as const;

const PYTHON = "/usr/bin/python3";

function pythonPeer(name: string, idl: string, programs: { readonly server: string; readonly client: string }): Peer {
  return {
    name,
    lacks: [
      {
        combinations: /^\S+ (header-)?http \S+ unix$/,
        why: "THttpClient and THttpServer take a host and a port, no path",
      },
    ],
    missing: () =>
      missingOf({ ...COMPILER, "python3-thrift": [PYTHON, "-c", "import thrift.protocol.TCompactProtocol"] }),
    build: async () => {
      const generated = await cached(name, idlFiles(idl), (folder) => generate(folder, idl, "py", "json"));
      const program = (file: string): string[] => [PYTHON, "-B", join(sources, "peers/python", file), generated];
      return {
        server: (...what) => [...program(programs.server), ...serverArguments(...what)],
        client: (casesPath) => [...program(programs.client), casesPath],
      };
    },
  };
}

export const python: Peer = pythonPeer("python", "interop.thrift", { server: "server.py", client: "client.py" });

export const pythonThriftTest: Peer = pythonPeer("python-thrifttest", "thrifttest.thrift", {
  server: "thrift_test_server.py",
  client: "thrift_test_client.py",
});

export const npm: Peer = {
  name: "npm",
  lacks: [
    {
      role: "client",
      combinations: /^\S+ header/,
      why: "what Debian's compiler generates flushes the transport instead of the protocol: THeader's header is never written",
    },
    { combinations: /^\S+ header-http /, why: "the Node library's THeader is not for its HTTP servers" },
    { combinations: /^\S+ (header-)?zlib/, why: "the Node library has no zlib transport" },
  ],
  missing: () => missingOf(COMPILER),
  build: async () => {
    // Under node_modules, so that the generated code finds the thrift package.
    const generated = await cached("npm", idlFiles("interop.thrift"), (folder) =>
      generate(folder, "interop.thrift", "js:node,es6", "json"),
    );
    const program = (name: string): string[] => [process.execPath, join(sources, "peers/npm", name), generated];
    return {
      server: (...what) => [...program("server.cjs"), ...serverArguments(...what)],
      client: (casesPath) => [...program("client.cjs"), casesPath],
    };
  },
};

/** A peer of two C++ sources, each compiled with all that is generated from `idl` and with `shared`. */
function cppPeer(
  name: string,
  idl: string,
  programs: { readonly server: string; readonly client: string },
  shared: readonly string[],
): Peer {
  return {
    name,
    lacks: [],
    missing: () => missingOf(CPP_NEEDS),
    build: async () => {
      const folder = await buildCpp(name, idl, Object.values(programs), shared);
      return {
        server: (...what) => [join(folder, programs.server), ...serverArguments(...what)],
        client: (casesPath) => [join(folder, programs.client), casesPath],
      };
    },
  };
}

const includes = (header: string): readonly string[] => [
  "sh",
  "-c",
  `echo '#include <${header}>' | g++ -std=c++17 -fsyntax-only -x c++ -`,
];

// libthrift-dev's headers include Boost's, OpenSSL's and zlib's, but its package does not depend on them.
const CPP_NEEDS: Readonly<Record<string, readonly string[]>> = {
  ...COMPILER,
  "g++": ["g++", "--version"],
  "libboost-dev": includes("boost/numeric/conversion/cast.hpp"),
  "libssl-dev": includes("openssl/ssl.h"),
  "zlib1g-dev": includes("zlib.h"),
  "libthrift-dev": ["sh", "-c", "test -e /usr/include/thrift/Thrift.h"],
};

export const cpp: Peer = cppPeer("cpp", "interop.thrift", { server: "server", client: "client" }, ["words"]);

export const cppThriftTest: Peer = cppPeer(
  "cpp-thrifttest",
  "thrifttest.thrift",
  { server: "thrift_test_server", client: "thrift_test_client" },
  [],
);
