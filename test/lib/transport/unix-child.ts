/** A process that listens on the paths that it is told of, and says to whoever comes which process it is. */
import { nodePlatform } from "../../../lib/platform/node.ts";
import type { Listener } from "../../../lib/transport/transport.ts";
import { unix } from "../../../lib/transport/unix.ts";

let listener: Listener | undefined;
const tell = (message: object): void => void process.send?.(message);

process.on("message", async (order: { listen?: string; close?: boolean }) => {
  if (order.listen === undefined) {
    await listener?.close();
    return tell({ closed: true });
  }
  listener = unix.listen(order.listen);
  const { pid } = process;
  try {
    await listener.listen(
      nodePlatform,
      (transport) => {
        transport.start({ onData() {}, onDrain() {}, onEnd() {}, onClose() {} });
        transport.write(Buffer.from(`${pid}`));
        transport.end();
      },
      (error) => tell({ error: error.message }),
    );
    tell({ listens: true, pid });
  } catch (error) {
    tell({ listens: false, pid, code: (error as NodeJS.ErrnoException).code });
  }
});
process.on("disconnect", () => process.exit(0));
tell({ ready: true });
