/** A program before it has offsets: tests, and how their results are joined. */
export type Program =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'test'; readonly code: number; readonly argument: Uint8Array }
  | { readonly kind: 'not'; readonly arm: Program }
  | { readonly kind: 'and' | 'or'; readonly arms: readonly Program[] };

export const TRUE: Program = { kind: 'constant', value: true };
export const FALSE: Program = { kind: 'constant', value: false };

/** `and` or `or` with constants folded. */
export function join(kind: 'and' | 'or', arms: readonly Program[]): Program {
  const decisive = kind === 'or';
  const left: Program[] = [];
  for (const arm of arms) {
    if (arm.kind !== 'constant') left.push(arm);
    else if (arm.value === decisive) return arm;
  }
  if (left.length === 0) return decisive ? FALSE : TRUE;
  return left.length === 1 ? left[0]! : { kind, arms: left };
}

export function invert(program: Program): Program {
  if (program.kind === 'constant') return program.value ? FALSE : TRUE;
  return program.kind === 'not' ? program.arm : { kind: 'not', arm: program };
}
