/** A table of routes, compiled into a tree of path segments. */
export interface Matched<R> {
  readonly route: R;
  /** Values of the placeholders, decoded. */
  readonly placeholders: ReadonlyMap<string, string>;
}

interface Branch<R> {
  readonly literals: Map<string, Branch<R>>;
  placeholder: { readonly name: string; readonly branch: Branch<R> } | null;
  readonly methods: Map<string, R>;
}

const emptyBranch = <R>(): Branch<R> => ({ literals: new Map(), placeholder: null, methods: new Map() });

/** Compiles `path` templates such as `/nodes/{node}/lxc/{vmid}`. A literal segment wins over a placeholder. */
export function compileRoutes<R extends { readonly method: string; readonly path: string }>(routes: readonly R[]) {
  const root = emptyBranch<R>();
  for (const route of routes) {
    let branch = root;
    for (const segment of segmentsOf(route.path)) branch = descend(branch, segment);
    branch.methods.set(route.method, route);
  }

  return (method: string, path: string): Matched<R> | null => {
    const placeholders = new Map<string, string>();
    let branch = root;
    for (const segment of segmentsOf(path)) {
      const next = branch.literals.get(segment) ?? branch.placeholder?.branch;
      if (next === undefined) return null;
      if (next === branch.placeholder?.branch) placeholders.set(branch.placeholder.name, segment);
      branch = next;
    }
    const route = branch.methods.get(method);
    return route === undefined ? null : { route, placeholders };
  };
}

function descend<R>(branch: Branch<R>, segment: string): Branch<R> {
  const name = /^\{(\w+)\}$/u.exec(segment)?.[1];
  if (name !== undefined) {
    branch.placeholder ??= { name, branch: emptyBranch() };
    return branch.placeholder.branch;
  }
  const next = branch.literals.get(segment) ?? emptyBranch<R>();
  branch.literals.set(segment, next);
  return next;
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}
