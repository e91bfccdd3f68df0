// How figures are computed and printed: the same for every benchmark.

/** The smallest value that this share of all values does not exceed (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Prints one row of the table in docs/performance.md. */
export function print(what: string, milliseconds: readonly number[]): void {
  const [half, most] = [quantile(milliseconds, 0.5), quantile(milliseconds, 0.95)];
  const worst = Math.max(...milliseconds);
  console.log(
    `| ${what} | ${milliseconds.length} | ${half.toFixed(0)} | ${most.toFixed(0)} | ${worst.toFixed(0)} |`,
  );
}
