/** The different numbers of an ascending column. Where the column does not ascend a number may come more than once. */
export function distinctAscending(numbers: Uint32Array): number[] {
  const distinct: number[] = [];
  let last = -1;
  for (let at = 0; at < numbers.length; at += 1) {
    const number = numbers[at]!;
    if (number === last) continue;
    distinct.push(number);
    last = number;
  }
  return distinct;
}
