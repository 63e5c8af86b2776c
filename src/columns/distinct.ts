/**
 * The different numbers of an ascending column, in a few steps for each: thousands of rows may have the same one. Where the
 * column does not ascend a number may come more than once.
 */
export function distinctAscending(numbers: Uint32Array): number[] {
  const distinct: number[] = [];
  for (let at = 0; at < numbers.length; at = endOfRun(numbers, at)) distinct.push(numbers[at]!);
  return distinct;
}

/** Where the run of equal numbers that begins at `start` ends: doubling steps beyond it, then halving back. */
function endOfRun(numbers: Uint32Array, start: number): number {
  const number = numbers[start]!;
  let step = 1;
  while (numbers[start + step] === number) step *= 2;
  let low = start + (step >>> 1);
  let high = Math.min(start + step, numbers.length);
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (numbers[middle] === number) low = middle;
    else high = middle;
  }
  return high;
}
