import t from "tap";
import { StallWatch } from "../../../lib/connection/stall-watch.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

t.test("tells when nothing has moved for as long as it was given, at most half as much later", async (t) => {
  const platform = new VirtualPlatform();
  let progress = 0;
  const stalls: number[] = [];
  const watch = new StallWatch(
    platform,
    1_000,
    () => progress,
    () => stalls.push(platform.now()),
  );
  watch.watch();
  for (let i = 0; i < 10; i++) {
    await platform.clock.advance(400);
    progress++;
    watch.watch();
  }
  t.same(stalls, []);
  const last = platform.now();
  await platform.clock.advance(5_000);
  t.equal(stalls.length, 1);
  t.ok((stalls[0] as number) - last >= 1_000 - 400 && (stalls[0] as number) - last <= 1_500);
});

t.test("has no timer while nothing is expected", async (t) => {
  const platform = new VirtualPlatform();
  let progress: number | undefined = 1;
  const watch = new StallWatch(platform, 1_000, () => progress, t.fail);
  watch.watch();
  t.equal(platform.clock.pending, 1);
  progress = undefined;
  await platform.clock.advance(10_000);
  t.equal(platform.clock.pending, 0);
  watch.watch();
  watch.stop();
  t.equal(platform.clock.pending, 0);
});

t.test("without a limit it never watches", async (t) => {
  const platform = new VirtualPlatform();
  new StallWatch(platform, Number.POSITIVE_INFINITY, () => 1, t.fail).watch();
  t.equal(platform.clock.pending, 0);
});
