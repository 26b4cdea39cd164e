/** Thrift over HTTP/1 as a family of servers. */
import { httpOpenings } from "../framing/http/opening.ts";
import { binary } from "../protocol/binary.ts";
import type { OpenServerSession, ServerFamily } from "../session/family.ts";
import { HttpServerFraming } from "../session/http/server-framing.ts";
import { ThriftServerSession } from "../session/thrift/server-session.ts";

export const httpServer: ServerFamily = {
  name: "http",
  openings: ({ limits, reader }) => {
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
    return httpOpenings(http);
  },
};
