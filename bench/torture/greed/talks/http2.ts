/**
 * HTTP/2 by hand, as far as a greedy client needs it where Node's own client is too polite or too slow.
 *
 *     frame      length:3 | type:1 | flags:1 | stream id:4 | payload        RFC 9113, 4.1
 *     header     00 | length, name | length, value                          RFC 7541, 6.2.2: without a place in any table
 */

const Type = { DATA: 0, HEADERS: 1, SETTINGS: 4 } as const;
const Flag = { END_STREAM: 1, END_HEADERS: 4 } as const;
const INITIAL_WINDOW_SIZE = 4;
export const HTTP2_WINDOW_BYTES = 65_535;

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Begins a connection; `window`: what the server may send on one stream. */
export function preface(window: number = HTTP2_WINDOW_BYTES): Buffer {
  const setting = Buffer.alloc(6);
  setting.writeUInt16BE(INITIAL_WINDOW_SIZE, 0);
  setting.writeUInt32BE(window, 2);
  return Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(Type.SETTINGS, 0, 0, setting)]);
}

function literal(name: string, value: string): Buffer {
  const text = (value: string): Buffer[] => [Buffer.from([value.length]), Buffer.from(value)];
  return Buffer.concat([Buffer.from([0]), ...text(name), ...text(value)]);
}

/** The head of a call of gRPC. */
export function grpcHead(stream: number, method: string): Buffer {
  const headers = {
    ":method": "POST",
    ":scheme": "http",
    ":path": `/bench.Echo/${method}`,
    ":authority": "greed",
    "content-type": "application/grpc",
    te: "trailers",
  };
  const block = Object.entries(headers).map(([name, value]) => literal(name, value));
  return frame(Type.HEADERS, Flag.END_HEADERS, stream, Buffer.concat(block));
}

export function data(stream: number, bytes: Buffer, isLast: boolean): Buffer {
  return frame(Type.DATA, isLast ? Flag.END_STREAM : 0, stream, bytes);
}
