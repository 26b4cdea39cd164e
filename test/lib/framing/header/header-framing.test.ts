/** THeader, THeader within frames and TTHeader are framings as all others. */
import t from "tap";
import { FramedHeaderFraming } from "../../../../lib/framing/header/framed-header.ts";
import { HeaderFraming, TTHeaderFraming } from "../../../../lib/framing/header/header-framing.ts";
import { HeaderTransform } from "../../../../lib/framing/header/header-transforms.ts";
import { binary } from "../../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../../lib/protocol/compact.ts";
import { framingContract } from "../../../contract/framing.ts";

const PROTOCOLS = [binary, compact, compactFb];

for (const protocol of PROTOCOLS) {
  const server = (): HeaderFraming => new HeaderFraming(undefined);
  framingContract(t, new HeaderFraming({ protocol }), protocol, server);
  framingContract(t, new HeaderFraming({ protocol, transforms: [HeaderTransform.ZLIB] }), protocol, server);
  framingContract(t, new TTHeaderFraming(), protocol, () => new TTHeaderFraming());
}
framingContract(t, new FramedHeaderFraming(), binary, () => new FramedHeaderFraming());
