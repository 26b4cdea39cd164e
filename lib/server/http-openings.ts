/** How clients of Thrift over HTTP/1 begin at a server, and the session that it leads to. */
import { httpOpenings as openings } from "../framing/http/opening.ts";
import { binary } from "../protocol/binary.ts";
import type { OpenServerSession, ServerOpening, ServerSetting } from "../session/family.ts";
import { HttpServerFraming } from "../session/http/server-framing.ts";
import { ThriftServerSession } from "../session/thrift/server-session.ts";

export function httpOpenings({ limits, reader }: ServerSetting): readonly ServerOpening[] {
  const http: OpenServerSession = (connection, host) => {
    const framing = new HttpServerFraming({
      write: (bytes) => connection.write(bytes),
      end: (cause) => connection.end(cause),
      pause: () => connection.pause(),
      resume: () => connection.resume(),
      get inLine() {
        return connection.inLine;
      },
    });
    return new ThriftServerSession(connection, host, { framing, protocol: binary, limits, reader });
  };
  return openings(http);
}
