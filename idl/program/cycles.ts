/** Walks a graph depth first and finds its cycles, in linear time and with a stack of its own: chains may be long. Knows nothing of what the nodes are. */

export interface Graph<N, E> {
  readonly edges: (node: N) => readonly E[];
  /** Undefined: the edge leads nowhere. */
  readonly target: (edge: E) => N | undefined;
  /** The edges from a node back to it. Every cycle has one that is told; of cycles that share nodes not all are. */
  readonly onCycle: (path: readonly E[], node: N) => void;
  /** All that the node leads to has been left before, cycles apart. */
  readonly onLeave?: (node: N) => void;
}

interface Step<N, E> {
  readonly node: N;
  readonly edges: readonly E[];
  next: number;
}

export function walk<N, E>(roots: Iterable<N>, graph: Graph<N, E>): void {
  const done = new Set<N>();
  for (const root of roots) if (!done.has(root)) walkFrom(root, done, graph);
}

function walkFrom<N, E>(root: N, done: Set<N>, graph: Graph<N, E>): void {
  const path: Step<N, E>[] = [];
  const depths = new Map<N, number>();
  const enter = (node: N): void => {
    depths.set(node, path.length);
    path.push({ node, edges: graph.edges(node), next: 0 });
  };
  enter(root);
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const edge = step.edges[step.next++];
    if (edge === undefined) {
      path.pop();
      depths.delete(step.node);
      done.add(step.node);
      graph.onLeave?.(step.node);
      continue;
    }
    const target = graph.target(edge);
    if (target === undefined || done.has(target)) continue;
    const depth = depths.get(target);
    if (depth === undefined) enter(target);
    else
      graph.onCycle(
        path.slice(depth).map(({ edges, next }) => edges[next - 1] as E),
        target,
      );
  }
}
